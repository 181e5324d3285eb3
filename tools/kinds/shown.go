package main

import (
	"context"
	"reflect"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
)

func columns(storage rest.Storage, r resource) []column {
	lister, ok := storage.(rest.Lister)
	if !ok {
		return nil
	}
	convertor := storage.(rest.TableConvertor)
	result, err := convertor.ConvertToTable(context.Background(), lister.NewList(), &metav1.TableOptions{})
	check(err)
	var out []column
	for _, c := range result.ColumnDefinitions {
		out = append(out, column{c.Name, c.Type, c.Format, c.Priority, c.Description, columnPath(c.Name)})
	}
	return out
}

// columnPath is known for what every object has; the others are computed cells.
func columnPath(name string) string {
	switch name {
	case "Name":
		return ".metadata.name"
	case "Age", "Created At":
		return ".metadata.creationTimestamp"
	}
	return ""
}

// labelPaths are the selectable labels that are no paths themselves.
var labelPaths = map[string]string{
	"source":            ".source.component", // or .reportingComponent when that is empty
	"spec.host":         ".spec.nodeName",
	"status.podIPs":     ".status.podIPs[*].ip",
	"status.successful": ".status.succeeded",
}

// fieldSelectors tries every scalar path of the external type, and the few labels that are none,
// against the label conversion and the attributes that the store selects by.
func fieldSelectors(scheme *runtime.Scheme, r resource, storage rest.Storage, table *typeTable) map[string]string {
	store := storeOf(reflect.ValueOf(storage))
	if store == nil {
		return nil
	}
	predicate := store.PredicateFunc(labels.Everything(), fields.Everything())
	_, attrs, err := predicate.GetAttrs(store.NewFunc())
	check(err)
	gvk := schema.GroupVersionKind{Group: r.Group, Version: r.Version, Kind: r.Kind}
	out := map[string]string{}
	candidates := scalarPaths(table, r.goType, "", 4)
	for _, alias := range sortedKeys(labelPaths) {
		candidates = append(candidates, alias)
	}
	for _, candidate := range candidates {
		internal, _, err := scheme.ConvertFieldLabel(gvk, candidate, "x")
		if _, known := attrs[internal]; err == nil && known && !strings.HasPrefix(candidate, "metadata.") {
			out[candidate] = "." + candidate
			if path, other := labelPaths[candidate]; other {
				out[candidate] = path
			}
		}
	}
	return out
}

func scalarPaths(table *typeTable, t reflect.Type, prefix string, depth int) []string {
	var out []string
	for _, f := range table.fields[t] {
		base := f.goType
		if base.Kind() == reflect.Pointer {
			base = base.Elem()
		}
		inner := structOf(base)
		switch {
		case inner != nil && base.Kind() == reflect.Struct && depth > 0:
			out = append(out, scalarPaths(table, inner, prefix+f.name+".", depth-1)...)
		case inner == nil && base.Kind() != reflect.Slice && base.Kind() != reflect.Map:
			out = append(out, prefix+f.name)
		}
	}
	return out
}
