package main

import (
	"fmt"
	"reflect"
	"sort"
	"strings"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/kube-openapi/pkg/common"
	"k8s.io/kube-openapi/pkg/validation/spec"
	generated "k8s.io/kubernetes/pkg/generated/openapi"
)

// leaves are the Go structs with a codec of their own: for JSON they are one value.
var leaves = map[reflect.Type]string{
	reflect.TypeFor[metav1.Time]():                         "time",
	reflect.TypeFor[metav1.MicroTime]():                    "micro-time",
	reflect.TypeFor[metav1.Duration]():                     "duration",
	reflect.TypeFor[quantity.Quantity]():                   "quantity",
	reflect.TypeFor[intstr.IntOrString]():                  "int-or-string",
	reflect.TypeFor[metav1.FieldsV1]():                     "any",
	reflect.TypeFor[runtime.RawExtension]():                "any",
	reflect.TypeFor[apiext.JSON]():                         "any",
	reflect.TypeFor[apiext.JSONSchemaPropsOrArray]():       "any",
	reflect.TypeFor[apiext.JSONSchemaPropsOrBool]():        "any",
	reflect.TypeFor[apiext.JSONSchemaPropsOrStringArray](): "any",
}

// packages shortens the OpenAPI names: everything else is io.k8s.api.
var packages = map[string]string{
	"k8s.io/apimachinery/pkg/apis/meta/v1":                     "meta.v1",
	"k8s.io/apimachinery/pkg/version":                          "version.v1",
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1": "apiextensions.v1",
	"k8s.io/kube-aggregator/pkg/apis/apiregistration/v1":       "apiregistration.v1",
}

// field is one JSON field of a struct; fields of inlined structs are among their parent's.
type field struct {
	name                                   string
	tag                                    string // protobuf number; "2.1" is field 1 of the message that inlined field 2 is
	code                                   string // see typeCode
	goType                                 reflect.Type
	index                                  []int
	pointer, omitEmpty, omitZero, required bool
	extra                                  map[string]any
}

type typeTable struct {
	openapi map[string]common.OpenAPIDefinition
	types   map[string]reflect.Type
	fields  map[reflect.Type][]field
}

func newTypeTable() *typeTable {
	return &typeTable{
		openapi: generated.GetOpenAPIDefinitions(func(path string) spec.Ref { return spec.MustCreateRef("#/" + path) }),
		types:   map[string]reflect.Type{},
		fields:  map[reflect.Type][]field{},
	}
}

func shortPackage(path string) string {
	if short, ok := packages[path]; ok {
		return short
	}
	return strings.ReplaceAll(strings.TrimPrefix(path, "k8s.io/api/"), "/", ".")
}

func shortName(t reflect.Type) string { return shortPackage(t.PkgPath()) + "." + t.Name() }

// add puts a struct and all that it reaches into the table.
func (tt *typeTable) add(t reflect.Type) {
	if _, seen := tt.fields[t]; seen {
		return
	}
	tt.types[shortName(t)] = t
	tt.fields[t] = nil
	own := tt.collect(t, nil, "", t)
	tt.fields[t] = own
	for _, f := range own {
		if inner := structOf(f.goType); inner != nil {
			tt.add(inner)
		}
	}
}

// structOf finds the struct in pointers, lists and maps; nil when there is none.
func structOf(t reflect.Type) reflect.Type {
	for {
		if _, leaf := leaves[t]; leaf {
			return nil
		}
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			t = t.Elem()
		case reflect.Struct:
			return t
		default:
			return nil
		}
	}
}

func (tt *typeTable) collect(t reflect.Type, index []int, tagPrefix string, outer reflect.Type) []field {
	var out []field
	for i := range t.NumField() {
		sf := t.Field(i)
		name, options, _ := strings.Cut(sf.Tag.Get("json"), ",")
		at := append(append([]int{}, index...), i)
		number := protobufNumber(sf.Tag.Get("protobuf"))
		if sf.Anonymous && name == "" {
			inlined := tt.collect(sf.Type, at, tagPrefix+number+".", outer)
			for j := range inlined {
				if number == "" { // TypeMeta travels in protobuf's envelope
					inlined[j].tag = ""
				}
			}
			out = append(out, inlined...)
			continue
		}
		if name == "-" || name == "" || !sf.IsExported() {
			continue
		}
		out = append(out, tt.newField(sf, name, options, field{index: at, tag: tagged(tagPrefix, number)}, outer))
	}
	return out
}

func tagged(prefix, number string) string {
	if number == "" {
		return ""
	}
	return prefix + number
}

func protobufNumber(tag string) string {
	parts := strings.Split(tag, ",")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

func (tt *typeTable) newField(sf reflect.StructField, name, options string, f field, outer reflect.Type) field {
	f.name, f.goType = name, sf.Type
	f.pointer = sf.Type.Kind() == reflect.Pointer
	f.omitEmpty = hasOption(options, "omitempty")
	f.omitZero = hasOption(options, "omitzero")
	base := sf.Type
	if f.pointer {
		base = base.Elem()
	}
	f.code = typeCode(base)
	f.extra = map[string]any{}
	if s := sf.Tag.Get("patchStrategy"); s != "" {
		f.extra["strategy"] = s
	}
	if k := sf.Tag.Get("patchMergeKey"); k != "" {
		f.extra["mergeKey"] = k
	}
	if hasOption(options, "string") {
		panic("json option string: " + outer.String() + "." + name)
	}
	tt.markers(&f, outer)
	return f
}

func hasOption(options, option string) bool {
	for _, o := range strings.Split(options, ",") {
		if o == option {
			return true
		}
	}
	return false
}

// markers reads what only comments of the Go source say, from the OpenAPI made of them.
func (tt *typeTable) markers(f *field, outer reflect.Type) {
	def, ok := tt.openapi[outer.PkgPath()+"."+outer.Name()]
	if !ok {
		return
	}
	for _, r := range def.Schema.Required {
		f.required = f.required || r == f.name
	}
	prop := def.Schema.Properties[f.name]
	if list := listType(prop); list != "" {
		f.extra["list"] = list
		if keys, ok := prop.Extensions["x-kubernetes-list-map-keys"]; ok {
			f.extra["keys"] = keys
		} else if list == "map" {
			f.extra["keys"] = []any{f.extra["mergeKey"]}
		}
	}
	if prop.Extensions["x-kubernetes-map-type"] == "atomic" {
		f.extra["atomic"] = true
	}
	enum := prop.Enum
	if prop.Items != nil && prop.Items.Schema != nil && len(prop.Items.Schema.Enum) > 0 {
		enum = prop.Items.Schema.Enum
	}
	if len(enum) > 0 {
		f.extra["enum"] = enum
	}
}

// listType: where the list type is silent, apply falls back on the patch strategy
// (kube-openapi, schemaconv). Atomic, the rest, is not written.
func listType(prop spec.Schema) string {
	if t, ok := prop.Extensions["x-kubernetes-list-type"].(string); ok {
		if t == "atomic" {
			return ""
		}
		return t
	}
	s, _ := prop.Extensions["x-kubernetes-patch-strategy"].(string)
	if prop.Items == nil || (s != "merge" && s != "merge,retainKeys") {
		return ""
	}
	if _, ok := prop.Extensions["x-kubernetes-patch-merge-key"]; ok {
		return "map"
	}
	return "set"
}

func (tt *typeTable) atomicType(t reflect.Type) bool {
	def := tt.openapi[t.PkgPath()+"."+t.Name()]
	return def.Schema.Extensions["x-kubernetes-map-type"] == "atomic"
}

// typeCode names a type: `string`, `[]T`, `{}T`, `core.v1.PodSpec`; a Go name comes before `=`.
func typeCode(t reflect.Type) string {
	if leaf, ok := leaves[t]; ok {
		return t.String() + "=" + leaf
	}
	if t.Kind() == reflect.Struct {
		return shortName(t)
	}
	prefix := ""
	if t.PkgPath() != "" {
		prefix = t.String() + "="
	}
	return prefix + kindCode(t)
}

func kindCode(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String, reflect.Int32, reflect.Int64, reflect.Bool, reflect.Float64:
		return t.Kind().String()
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + typeCode(t.Elem())
	case reflect.Map:
		return "{}" + typeCode(t.Elem())
	case reflect.Interface:
		return "any"
	case reflect.Pointer:
		return typeCode(t.Elem())
	}
	panic(fmt.Sprintf("no code for %v", t))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
