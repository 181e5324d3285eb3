package main

import (
	"reflect"
)

// place is one struct inside a kind: `spec.template.spec.containers[]`.
type place struct {
	path  string
	typ   reflect.Type
	steps []step
}

// step leads from a value to one inside it. Pointers on the way are allocated.
type step struct {
	index []int // of a struct's field; empty for the one element of a list or map
}

// places lists every struct of a kind, the kind itself first. A type is entered once on its own
// way down: schemas of schemas would never end.
func (tt *typeTable) places(root reflect.Type) []place {
	var out []place
	var walk func(p place, above map[reflect.Type]bool)
	var enter func(p place, t reflect.Type, above map[reflect.Type]bool)
	walk = func(p place, above map[reflect.Type]bool) {
		if above[p.typ] {
			return
		}
		above[p.typ] = true
		defer delete(above, p.typ)
		out = append(out, p)
		for _, f := range tt.fields[p.typ] {
			path := f.name
			if p.path != "" {
				path = p.path + "." + f.name
			}
			enter(place{path: path, steps: with(p.steps, step{f.index})}, f.goType, above)
		}
	}
	enter = func(p place, t reflect.Type, above map[reflect.Type]bool) {
		if _, leaf := leaves[t]; leaf {
			return
		}
		switch t.Kind() {
		case reflect.Pointer:
			enter(p, t.Elem(), above)
		case reflect.Slice:
			enter(place{path: p.path + "[]", steps: with(p.steps, step{})}, t.Elem(), above)
		case reflect.Map:
			enter(place{path: p.path + "{}", steps: with(p.steps, step{})}, t.Elem(), above)
		case reflect.Struct:
			walk(place{path: p.path, typ: t, steps: p.steps}, above)
		}
	}
	walk(place{typ: root}, map[reflect.Type]bool{})
	return out
}

func with(steps []step, next step) []step {
	return append(append([]step{}, steps...), next)
}

// build makes a value of type t with everything along the steps present, and lets `change` have
// the struct at the end.
func build(t reflect.Type, steps []step, change func(reflect.Value)) reflect.Value {
	v := reflect.New(t).Elem()
	if t.Kind() == reflect.Pointer {
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(build(t.Elem(), steps, change))
		return v
	}
	if len(steps) == 0 {
		change(v)
		return v
	}
	switch t.Kind() {
	case reflect.Slice:
		v.Set(reflect.MakeSlice(t, 1, 1))
		v.Index(0).Set(build(t.Elem(), steps[1:], change))
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(reflect.ValueOf("k").Convert(t.Key()), build(t.Elem(), steps[1:], change))
	default:
		f := v.FieldByIndex(steps[0].index)
		f.Set(build(f.Type(), steps[1:], change))
	}
	return v
}
