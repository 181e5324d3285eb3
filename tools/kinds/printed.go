package main

import (
	"reflect"
	"strings"
	"unicode"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/kubernetes/pkg/apis/apps"
	"k8s.io/kubernetes/pkg/apis/batch"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/apis/policy"
)

// printedTypes are those of Kubernetes' own, without a version, that its errors show whole.
var printedTypes = []reflect.Type{
	reflect.TypeFor[core.PodTemplateSpec](),
	reflect.TypeFor[core.EphemeralContainer](),
	reflect.TypeFor[core.ScopeSelector](),
	reflect.TypeFor[core.ObjectReference](),
	reflect.TypeFor[core.EventSource](),
	reflect.TypeFor[core.PersistentVolumeSource](),
	reflect.TypeFor[core.VolumeNodeAffinity](),
	reflect.TypeFor[apps.DeploymentStrategy](),
	reflect.TypeFor[apps.StatefulSetUpdateStrategy](),
	reflect.TypeFor[apps.DaemonSetUpdateStrategy](),
	reflect.TypeFor[batch.PodFailurePolicy](),
	reflect.TypeFor[batch.SuccessPolicy](),
	reflect.TypeFor[policy.PodDisruptionBudgetSpec](),
}

type printer struct {
	versioned map[string]reflect.Type
	lines     map[string][]string
}

// writePrinted writes {type: [[name as printed, name in the API, what it is, "e" for omitempty]]}.
func writePrinted(dir string, table *typeTable) {
	p := printer{versioned: map[string]reflect.Type{}, lines: map[string][]string{}}
	for name, t := range table.types {
		parts := strings.Split(name, ".")
		p.versioned[parts[0]+"."+parts[len(parts)-1]] = t
	}
	for _, t := range printedTypes {
		p.add(t)
	}
	var lines []string
	for _, name := range sortedKeys(p.lines) {
		lines = append(lines, oneLine(name)+": [\n"+strings.Join(p.lines[name], ",\n")+"\n]")
	}
	writeFile(dir, "printed-types.json", "{\n"+strings.Join(lines, ",\n")+"\n}\n")
}

func printedName(t reflect.Type) string {
	parts := strings.Split(t.PkgPath(), "/")
	group := parts[len(parts)-1]
	if t.PkgPath() == reflect.TypeFor[metav1.ObjectMeta]().PkgPath() {
		group = "meta"
	}
	return group + "." + t.Name()
}

func (p *printer) add(t reflect.Type) {
	name := printedName(t)
	if _, seen := p.lines[name]; seen {
		return
	}
	p.lines[name] = []string{}
	p.lines[name] = p.rows(t, p.versioned[name])
}

func (p *printer) rows(t, versioned reflect.Type) []string {
	var rows []string
	for i := range t.NumField() {
		f := t.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && tag == "" {
			rows = append(rows, p.rows(f.Type, versioned)...)
			continue
		}
		printed := f.Name
		if tag != "" {
			printed = tag
		}
		flags := ""
		if strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero") {
			flags = "e"
		}
		rows = append(rows, oneLine([]string{printed, sourceName(f.Name, versioned), p.code(f.Type), flags}))
	}
	return rows
}

// sourceName is the field's name in the API; what lies elsewhere there keeps Go's, with a small letter.
func sourceName(name string, versioned reflect.Type) string {
	if versioned != nil {
		if f, found := versioned.FieldByName(name); found {
			source, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			return source
		}
	}
	return string(unicode.ToLower(rune(name[0]))) + name[1:]
}

// code says what stands for an absent value, or which struct it is: `*core.Probe`, `[]core.Container`.
func (p *printer) code(t reflect.Type) string {
	prefix := ""
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		prefix = map[reflect.Kind]string{reflect.Pointer: "*", reflect.Slice: "[]"}[t.Kind()]
		t = t.Elem()
	}
	if leaf, found := leaves[t]; found {
		zero := map[string]string{"quantity": `"0"`, "int-or-string": "0", "duration": `"0s"`}[leaf]
		if prefix != "" || zero == "" {
			return "null"
		}
		return zero
	}
	if t.Kind() == reflect.Struct {
		p.add(t)
		return prefix + printedName(t)
	}
	if prefix != "" {
		return "null"
	}
	switch t.Kind() {
	case reflect.String:
		return `""`
	case reflect.Bool:
		return "false"
	case reflect.Map:
		return "null"
	default:
		return "0"
	}
}
