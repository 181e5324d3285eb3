package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"time"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// protobufCase is a body as a typed client sends it, and the JSON of what Kubernetes reads from it.
type protobufCase struct {
	Type     string `json:"type"`
	Protobuf string `json:"protobuf"`
	JSON     any    `json:"json"`
}

// writeProtobuf writes every kind empty, the examples, and every field of every type set once.
func writeProtobuf(dir string, all []kind) {
	options := metav1.SchemeGroupVersion.WithKind("DeleteOptions")
	options.Group = ""
	all = append(all, kind{"meta.v1.DeleteOptions", legacyscheme.Scheme, reflect.TypeFor[metav1.DeleteOptions](), options})
	byName := map[string]kind{}
	filler := filler{seen: map[reflect.Type]bool{}}
	var lines []string
	add := func(k kind, object any) { lines = append(lines, oneLine(k.encode(object.(runtime.Object)))) }
	for _, k := range all {
		byName[k.name] = k
		add(k, reflect.New(k.typ).Interface())
		full := reflect.New(k.typ)
		filler.fill(full.Elem())
		add(k, full.Interface())
	}
	for _, e := range examples {
		object := reflect.New(byName[e.kind].typ).Interface()
		check(json.Unmarshal([]byte(e.object), object))
		add(byName[e.kind], object)
	}
	writeLines(dir, "protobuf-cases.json", lines)
}

func (k kind) encode(object runtime.Object) protobufCase {
	object.GetObjectKind().SetGroupVersionKind(k.gvk)
	serializer := protobuf.NewSerializer(k.scheme, k.scheme)
	var body bytes.Buffer
	check(serializer.Encode(object, &body))
	read, gvk, err := serializer.Decode(body.Bytes(), nil, nil)
	check(err)
	read.GetObjectKind().SetGroupVersionKind(*gvk)
	return protobufCase{k.name, base64.StdEncoding.EncodeToString(body.Bytes()), read}
}

// filler sets fields to values that tell them apart. A type that was filled before stays empty, so
// that the whole is not much larger than the types.
type filler struct {
	seen  map[reflect.Type]bool
	count int
}

func (f *filler) fill(v reflect.Value) {
	f.count++
	if value, ok := f.leaf(v.Type()); ok {
		v.Set(reflect.ValueOf(value))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		f.fillPointer(v)
	case reflect.Struct:
		f.fillStruct(v)
	case reflect.Slice:
		f.fillSlice(v)
	case reflect.Map:
		f.fillMap(v)
	case reflect.String:
		v.SetString(f.text())
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32:
		v.SetInt([]int64{int64(f.count), -int64(f.count), math.MaxInt32, math.MinInt32}[f.count%4])
	case reflect.Int64:
		v.SetInt([]int64{int64(f.count), -int64(f.count), math.MaxInt64, math.MinInt64}[f.count%4])
	case reflect.Float64:
		v.SetFloat(float64(f.count) + 0.5)
	}
}

func (f *filler) text() string {
	if f.count%10 == 0 {
		return fmt.Sprintf("\ufeffü€\n😀%d", f.count)
	}
	return fmt.Sprintf("s%d", f.count)
}

// fillPointer: a pointer to nothing much is not the same as none.
func (f *filler) fillPointer(v reflect.Value) {
	target := v.Type().Elem()
	if structOf(target) != nil && f.seen[target] {
		return
	}
	v.Set(reflect.New(target))
	if structOf(target) != nil || f.count%3 != 0 {
		f.fill(v.Elem())
	}
}

func (f *filler) fillStruct(v reflect.Value) {
	if f.seen[v.Type()] {
		return
	}
	f.seen[v.Type()] = true
	for i := range v.NumField() {
		if field := v.Type().Field(i); field.IsExported() && field.Type != reflect.TypeFor[metav1.TypeMeta]() {
			f.fill(v.Field(i))
		}
	}
}

func (f *filler) fillSlice(v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.Uint8 {
		v.SetBytes([]byte{0, 255, byte(f.count)})
		return
	}
	inner := structOf(v.Type())
	if inner != nil && f.seen[inner] {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), 2, 2))
	f.fill(v.Index(0))
	f.fill(v.Index(1))
}

func (f *filler) fillMap(v reflect.Value) {
	inner := structOf(v.Type())
	if inner != nil && f.seen[inner] {
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, key := range []string{"", f.text()} {
		value := reflect.New(v.Type().Elem()).Elem()
		f.fill(value)
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), value)
	}
}

func (f *filler) leaf(t reflect.Type) (any, bool) {
	moment := time.Date(2020, 1, 2, 3, 4, 5, 678_901_234, time.UTC).Add(time.Duration(f.count) * time.Hour)
	if f.count%5 == 0 {
		moment = time.Time{}
	}
	schema := &apiext.JSONSchemaProps{Type: f.text()}
	switch t {
	case reflect.TypeFor[metav1.Time]():
		return metav1.NewTime(moment), true
	case reflect.TypeFor[metav1.MicroTime]():
		return metav1.NewMicroTime(moment), true
	case reflect.TypeFor[metav1.Duration]():
		return metav1.Duration{Duration: time.Duration(f.count) * time.Millisecond}, true
	case reflect.TypeFor[quantity.Quantity]():
		return quantity.MustParse([]string{"1500u", "1Gi", "0", "-0.5"}[f.count%4]), true
	case reflect.TypeFor[intstr.IntOrString]():
		return []intstr.IntOrString{intstr.FromInt32(-7), intstr.FromString("x")}[f.count%2], true
	case reflect.TypeFor[metav1.FieldsV1]():
		return metav1.FieldsV1{Raw: f.raw()}, true
	case reflect.TypeFor[runtime.RawExtension]():
		return runtime.RawExtension{Raw: f.raw()}, true
	case reflect.TypeFor[apiext.JSON]():
		return apiext.JSON{Raw: f.raw()}, true
	case reflect.TypeFor[apiext.JSONSchemaPropsOrArray]():
		return []apiext.JSONSchemaPropsOrArray{{Schema: schema}, {JSONSchemas: []apiext.JSONSchemaProps{*schema, {}}}}[f.count%2], true
	case reflect.TypeFor[apiext.JSONSchemaPropsOrBool]():
		return []apiext.JSONSchemaPropsOrBool{{Allows: true}, {Allows: true, Schema: schema}, {}}[f.count%3], true
	case reflect.TypeFor[apiext.JSONSchemaPropsOrStringArray]():
		return []apiext.JSONSchemaPropsOrStringArray{{Schema: schema}, {Property: []string{"a", ""}}}[f.count%2], true
	}
	return nil, false
}

func (f *filler) raw() []byte {
	return []byte(fmt.Sprintf(`{"f:a":{"b":[%d,9007199254740993,null,"ü"]}}`, f.count))
}
