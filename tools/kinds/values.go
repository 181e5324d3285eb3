package main

import (
	"reflect"
	"time"

	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// hints are strings that defaulting looks into.
var hints = map[string][]string{
	"core.v1.Container.image":                            {"a", "a:1", "a:latest", "h:5000/a", "a@sha256:0123456789012345678901234567890123456789012345678901234567890123", "a:latest@sha256:0123456789012345678901234567890123456789012345678901234567890123", "A"},
	"core.v1.EphemeralContainer.image":                   {"a:1", "a:latest"},
	"core.v1.ImageVolumeSource.reference":                {"a:1", "a:latest"},
	"rbac.v1.Subject.kind":                               {"User", "Group", "ServiceAccount"},
	"core.v1.LimitRangeItem.type":                        {"Container", "Pod", "PersistentVolumeClaim"},
	"resource.v1.ExactDeviceRequest.allocationMode":      {"ExactCount", "All"},
	"resource.v1.DeviceSubRequest.allocationMode":        {"ExactCount", "All"},
	"flowcontrol.v1.PriorityLevelConfigurationSpec.type": {"Limited", "Exempt"},
}

// alternatives are the values to try in a field, as changes of the struct that has it. Empty lists
// and maps are none: in JSON they are left out like absent ones.
func alternatives(owner reflect.Type, f field) []func(reflect.Value) {
	var out []func(reflect.Value)
	for _, value := range samples(owner, f, f.goType, 2) {
		out = append(out, func(v reflect.Value) { v.FieldByIndex(f.index).Set(value) })
	}
	return out
}

func samples(owner reflect.Type, f field, t reflect.Type, depth int) []reflect.Value {
	if value, ok := leafSample(t); ok {
		return value
	}
	switch t.Kind() {
	case reflect.Pointer:
		var out []reflect.Value
		inner := append([]reflect.Value{reflect.Zero(t.Elem())}, samples(owner, f, t.Elem(), depth)...)
		for _, value := range inner {
			p := reflect.New(t.Elem())
			p.Elem().Set(value)
			out = append(out, p)
		}
		return out
	case reflect.String:
		return texts(owner, f, t)
	case reflect.Bool:
		return []reflect.Value{reflect.ValueOf(true).Convert(t)}
	case reflect.Int32, reflect.Int64, reflect.Float64:
		return []reflect.Value{reflect.ValueOf(7).Convert(t), reflect.ValueOf(-1).Convert(t)}
	case reflect.Slice:
		one := reflect.MakeSlice(t, 1, 1)
		if depth > 0 {
			if inner := samples(owner, f, t.Elem(), depth-1); len(inner) > 0 && t.Elem().Kind() != reflect.Struct {
				one.Index(0).Set(inner[0])
			}
		}
		return []reflect.Value{one}
	case reflect.Map:
		return []reflect.Value{oneEntry(owner, f, t)}
	}
	return nil
}

func oneEntry(owner reflect.Type, f field, t reflect.Type) reflect.Value {
	m := reflect.MakeMap(t)
	value := reflect.Zero(t.Elem())
	if inner := samples(owner, f, t.Elem(), 0); len(inner) > 0 && t.Elem().Kind() != reflect.Slice {
		value = inner[0]
	}
	m.SetMapIndex(reflect.ValueOf("cpu").Convert(t.Key()), value)
	return m
}

func texts(owner reflect.Type, f field, t reflect.Type) []reflect.Value {
	options := hints[shortName(owner)+"."+f.name]
	if enum, ok := f.extra["enum"].([]any); ok && options == nil {
		for _, e := range enum {
			options = append(options, e.(string))
		}
	}
	if options == nil {
		options = []string{"x"}
	}
	var out []reflect.Value
	for _, text := range options {
		out = append(out, reflect.ValueOf(text).Convert(t))
	}
	return out
}

func leafSample(t reflect.Type) ([]reflect.Value, bool) {
	moment := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	switch t {
	case reflect.TypeFor[metav1.Time]():
		return []reflect.Value{reflect.ValueOf(metav1.NewTime(moment))}, true
	case reflect.TypeFor[metav1.MicroTime]():
		return []reflect.Value{reflect.ValueOf(metav1.NewMicroTime(moment))}, true
	case reflect.TypeFor[metav1.Duration]():
		return []reflect.Value{reflect.ValueOf(metav1.Duration{Duration: time.Minute})}, true
	case reflect.TypeFor[quantity.Quantity]():
		return []reflect.Value{reflect.ValueOf(quantity.MustParse("1500u"))}, true
	case reflect.TypeFor[intstr.IntOrString]():
		return []reflect.Value{reflect.ValueOf(intstr.FromInt32(7)), reflect.ValueOf(intstr.FromString("x"))}, true
	}
	_, leaf := leaves[t]
	return nil, leaf
}
