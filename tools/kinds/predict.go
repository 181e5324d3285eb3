package main

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// apply is what the engine's generic defaulting does: absent fields get their value, from the top.
func (p *prober) apply(k kind, t reflect.Type, value any, path string) any {
	if value == nil {
		return value
	}
	if _, leaf := leaves[t]; leaf {
		return value
	}
	switch t.Kind() {
	case reflect.Pointer:
		return p.apply(k, t.Elem(), value, path)
	case reflect.Slice:
		if list, ok := value.([]any); ok {
			for i := range list {
				list[i] = p.apply(k, t.Elem(), list[i], path+"[]")
			}
		}
	case reflect.Map:
		if entries, ok := value.(map[string]any); ok {
			for _, key := range slices.Sorted(maps.Keys(entries)) {
				entries[key] = p.apply(k, t.Elem(), entries[key], path+"{}")
			}
		}
	case reflect.Struct:
		p.applyStruct(k, t, value.(map[string]any), path)
	}
	return value
}

func (p *prober) applyStruct(k kind, t reflect.Type, object map[string]any, path string) {
	for _, f := range p.table.fields[t] {
		at := join(path, f.name)
		value := object[f.name]
		if isEmpty(f, value) {
			if d, ok := p.base[k.name][at]; ok {
				object[f.name] = clone(d)
			}
		}
		if value, present := object[f.name]; present {
			object[f.name] = p.apply(k, f.goType, value, at)
		}
	}
}

func isEmpty(f field, value any) bool {
	if value == nil {
		return true
	}
	return !f.pointer && (value == "" || value == 0.0 || value == false)
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// valueAt follows a place's path; lists have one element and maps one entry.
func valueAt(value any, path string) map[string]any {
	if path != "" {
		for _, part := range strings.Split(path, ".") {
			name := strings.TrimRight(part, "[]{}")
			object, ok := value.(map[string]any)
			if !ok {
				return nil
			}
			value = object[name]
			for range strings.Count(part[len(name):], "[]") + strings.Count(part[len(name):], "{}") {
				value = onlyElement(value)
			}
		}
	}
	object, _ := value.(map[string]any)
	return object
}

func onlyElement(value any) any {
	switch v := value.(type) {
	case []any:
		if len(v) == 1 {
			return v[0]
		}
	case map[string]any:
		return v["k"]
	}
	return nil
}

// diff reports the highest differing paths of two values of a type.
func (p *prober) diff(t reflect.Type, a, b any, path string, report func(path string, want, got any)) {
	if reflect.DeepEqual(a, b) {
		return
	}
	_, leaf := leaves[t]
	switch {
	case leaf || a == nil || b == nil:
		report(path, a, b)
	case t.Kind() == reflect.Pointer:
		p.diff(t.Elem(), a, b, path, report)
	case t.Kind() == reflect.Struct:
		x, y := a.(map[string]any), b.(map[string]any)
		for _, f := range p.table.fields[t] {
			p.diff(f.goType, x[f.name], y[f.name], join(path, f.name), report)
		}
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		x, y := a.([]any), b.([]any)
		if len(x) != len(y) {
			report(path, a, b)
			return
		}
		for i := range x {
			p.diff(t.Elem(), x[i], y[i], path+"[]", report)
		}
	default:
		report(path, a, b)
	}
}
