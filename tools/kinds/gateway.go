package main

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"

	"sigs.k8s.io/yaml"
)

// Gateway API is read from its module's zip: the module asks for a newer Go than this program, and
// nothing of it is compiled.
const (
	gatewayModule  = "sigs.k8s.io/gateway-api"
	gatewayVersion = "v1.7.0"
	gatewaySum     = "h1:duVnm7nO6oXfMMUWfcDoBph47CYR/ME3NGxccOVglaY="
)

var gatewayKinds = []string{"gatewayclasses", "gateways", "httproutes"}

func writeGateway(dir string) {
	archive := must(zip.OpenReader(gatewayZip()))
	defer archive.Close()
	var lines []string
	for _, kind := range gatewayKinds {
		name := fmt.Sprintf("%s@%s/config/crd/standard/gateway.networking.k8s.io_%s.yaml", gatewayModule, gatewayVersion, kind)
		file := must(archive.Open(name))
		text := must(io.ReadAll(file))
		check(file.Close())
		lines = append(lines, oneLine(gatewayCRD(text)))
	}
	writeLines(dir, "gateway-crds.json", lines)
}

// gatewayZip downloads the module, which go does without complaint, though it would not build it.
func gatewayZip() string {
	out, _ := exec.Command("go", "mod", "download", "-json", gatewayModule+"@"+gatewayVersion).Output()
	var found struct{ Zip, Sum string }
	check(json.Unmarshal(out, &found))
	if found.Sum != gatewaySum {
		panic("unexpected sum of " + gatewayModule + ": " + found.Sum)
	}
	return found.Zip
}

// gatewayCRD keeps version v1 and leaves out descriptions and the status of the file.
func gatewayCRD(text []byte) any {
	var crd struct {
		APIVersion string         `json:"apiVersion"`
		Kind       string         `json:"kind"`
		Metadata   map[string]any `json:"metadata"`
		Spec       map[string]any `json:"spec"`
	}
	check(yaml.Unmarshal(text, &crd))
	var kept []any
	for _, v := range crd.Spec["versions"].([]any) {
		version := v.(map[string]any)
		if version["name"] != "v1" {
			continue
		}
		withoutDescriptions(version["schema"].(map[string]any)["openAPIV3Schema"].(map[string]any))
		kept = append(kept, version)
	}
	crd.Spec["versions"] = kept
	return crd
}

// withoutDescriptions strips a schema in place. `properties` holds names, not keywords: a field may
// be called description.
func withoutDescriptions(schema map[string]any) {
	delete(schema, "description")
	for keyword, value := range schema {
		switch inner := value.(type) {
		case map[string]any:
			if keyword == "properties" {
				for _, property := range inner {
					withoutDescriptions(property.(map[string]any))
				}
			} else if keyword != "default" {
				withoutDescriptions(inner)
			}
		case []any:
			for _, item := range inner {
				if branch, ok := item.(map[string]any); ok && keyword != "enum" && keyword != "default" {
					withoutDescriptions(branch)
				}
			}
		}
	}
}
