package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	autoscaling "k8s.io/api/autoscaling/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// addOptions puts the types into the table that requests and answers use beside the kinds.
func addOptions(table *typeTable) {
	for _, t := range []reflect.Type{
		reflect.TypeFor[metav1.DeleteOptions](), reflect.TypeFor[metav1.Status](), reflect.TypeFor[metav1.ListMeta](),
		reflect.TypeFor[metav1.PartialObjectMetadata](), reflect.TypeFor[autoscaling.Scale](),
	} {
		table.add(t)
	}
}

// oneLine is JSON without HTML escapes; keys of maps are sorted, so equal input gives equal bytes.
func oneLine(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	check(e.Encode(value))
	return strings.TrimSuffix(b.String(), "\n")
}

func writeFile(dir, name string, content string) {
	path := filepath.Join(dir, name)
	check(os.MkdirAll(filepath.Dir(path), 0o755))
	check(os.WriteFile(path, []byte(content), 0o644))
}

// writeLines writes an array with one element a line, so that a change of version reads as a diff.
func writeLines(dir, name string, lines []string) {
	writeFile(dir, name, "[\n"+strings.Join(lines, ",\n")+"\n]\n")
}

func writeResources(dir string, resources []resource) {
	var lines []string
	for _, r := range resources {
		lines = append(lines, oneLine(r))
	}
	writeLines(dir, "resources.json", lines)
}

// writeTypes writes {type: {field: [protobuf number, type, flags, more]}}.
func writeTypes(dir string, table *typeTable) {
	var lines []string
	for _, name := range sortedKeys(table.types) {
		lines = append(lines, oneLine(name)+": {\n"+strings.Join(typeLines(table, table.types[name]), ",\n")+"\n}")
	}
	writeFile(dir, "types.json", "{\n"+strings.Join(lines, ",\n")+"\n}\n")
}

func typeLines(table *typeTable, t reflect.Type) []string {
	var lines []string
	if table.atomicType(t) {
		lines = append(lines, `"$": {"atomic":true}`)
	}
	for _, f := range table.fields[t] {
		row := []any{f.tag, f.code, f.flags()}
		if len(f.extra) > 0 {
			row = append(row, f.extra)
		}
		lines = append(lines, oneLine(f.name)+": "+oneLine(row))
	}
	return lines
}

// flags: p pointer, e omitempty, z omitzero, r required.
func (f field) flags() string {
	flags := ""
	for _, flag := range []struct {
		set  bool
		name string
	}{{f.pointer, "p"}, {f.omitEmpty, "e"}, {f.omitZero, "z"}, {f.required, "r"}} {
		if flag.set {
			flags += flag.name
		}
	}
	return flags
}
