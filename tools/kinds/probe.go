package main

import (
	"encoding/json"
	"reflect"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// kind is a root of defaulting: an external type and the scheme that knows its defaults.
type kind struct {
	name   string
	scheme *runtime.Scheme
	typ    reflect.Type
	gvk    schema.GroupVersionKind
}

// prober learns what defaulting does by doing it.
type prober struct {
	table *typeTable
	// base: by kind and path of a field, the value it gets when absent, whatever else is set.
	base map[string]map[string]any
	// conditional: fields whose default depends on others, with examples.
	conditional map[string]map[string]bool
	cases       map[string]goldenCase
}

type goldenCase struct {
	Kind string `json:"kind"`
	In   any    `json:"in"`
	Out  any    `json:"out"`
}

// unlearned are defaults that probing cannot tell right: the clock's, those that strategies or
// conversions of other versions decide, and one that depends on whether it was itself given.
var unlearned = map[string]bool{
	"resource.v1.ResourceSlice spec.devices[].taints[].timeAdded": true,
	"autoscaling.v1.HorizontalPodAutoscaler metadata.annotations": true,
}

// byHand are defaults that others depend on being given: a StatefulSet's rolling update is filled in
// only where the type is, a Job's completions only where its parallelism is.
var byHand = map[string]bool{
	"apps.v1.StatefulSet spec.updateStrategy.type": true,
	"batch.v1.Job spec.parallelism":                true,
}

func newProber(table *typeTable) *prober {
	return &prober{table, map[string]map[string]any{}, map[string]map[string]bool{}, map[string]goldenCase{}}
}

// settle is what a create request does to an object before admission: defaults, then the way
// through the internal version and back, which merges deprecated fields. The annotation that counts a
// DaemonSet's templates belongs to its strategy, not to its defaults.
func (k kind) settle(object runtime.Object) (out any, ok bool) {
	defer func() {
		if recover() != nil {
			out, ok = nil, false
		}
	}()
	typeMeta := object.GetObjectKind().GroupVersionKind()
	k.scheme.Default(object)
	internal, err := k.scheme.UnsafeConvertToVersion(object, schema.GroupVersion{Group: k.gvk.Group, Version: runtime.APIVersionInternal})
	if err != nil {
		return nil, false
	}
	back, err := k.scheme.UnsafeConvertToVersion(internal, k.gvk.GroupVersion())
	if err != nil {
		return nil, false
	}
	back.GetObjectKind().SetGroupVersionKind(typeMeta)
	if accessor, err := meta.Accessor(back); err == nil {
		delete(accessor.GetAnnotations(), appsv1.DeprecatedTemplateGeneration)
	}
	return toJSON(back), true
}

// probe builds the kind with the place present and changed; gives it as JSON before and after.
func (k kind) probe(at place, changes ...func(reflect.Value)) (before, after any, ok bool) {
	object := build(k.typ, at.steps, func(v reflect.Value) {
		for _, change := range changes {
			change(v)
		}
	}).Addr().Interface().(runtime.Object)
	before = toJSON(object)
	after, ok = k.settle(object)
	return before, after, ok
}

func toJSON(value any) any {
	var out any
	check(json.Unmarshal(must(json.Marshal(value)), &out))
	return out
}

func clone(value any) any { return toJSON(value) }

// learn fills base, then takes back what any single change, or any two of one struct, contradict.
func (p *prober) learn(k kind) {
	p.base[k.name], p.conditional[k.name] = map[string]any{}, map[string]bool{}
	places := p.table.places(k.typ)
	for _, at := range places {
		p.learnPlace(k, at)
	}
	for path := range p.base[k.name] {
		if unlearned[k.name+" "+path] || byHand[k.name+" "+path] {
			delete(p.base[k.name], path)
		}
	}
	for _, at := range places {
		p.challenge(k, at)
	}
}

func (p *prober) learnPlace(k kind, at place) {
	before, after, ok := k.probe(at)
	if !ok {
		return
	}
	was, is := valueAt(before, at.path), valueAt(after, at.path)
	if was == nil || is == nil {
		return
	}
	for _, f := range p.table.fields[at.typ] {
		if f.goType.Kind() == reflect.Struct && structOf(f.goType) != nil {
			continue
		}
		if value, set := is[f.name]; set && !reflect.DeepEqual(value, was[f.name]) {
			p.base[k.name][join(at.path, f.name)] = value
		}
	}
}

func (p *prober) challenge(k kind, at place) {
	single := []func(reflect.Value){func(reflect.Value) {}}
	for _, f := range p.table.fields[at.typ] {
		single = append(single, alternatives(at.typ, f)...)
	}
	for i, one := range single {
		p.compare(k, at, one)
		if p.defaultsUnder(k, at.path) {
			for _, two := range single[i+1:] {
				p.compare(k, at, one, two)
			}
		}
	}
}

// defaultsUnder: pairs are tried only where defaulting does something to the struct's own fields.
func (p *prober) defaultsUnder(k kind, path string) bool {
	own := func(candidate string) bool {
		rest, under := strings.CutPrefix(candidate, path)
		rest = strings.TrimPrefix(rest, ".")
		return under && !strings.Contains(rest, ".")
	}
	for candidate := range p.base[k.name] {
		if own(candidate) {
			return true
		}
	}
	for candidate := range p.conditional[k.name] {
		if own(candidate) {
			return true
		}
	}
	return false
}

func (p *prober) compare(k kind, at place, changes ...func(reflect.Value)) {
	before, after, ok := k.probe(at, changes...)
	if !ok {
		return
	}
	input := clone(before)
	predicted := p.apply(k, k.typ, before, "")
	p.diff(k.typ, predicted, after, "", func(path string, want, got any) {
		if reflect.DeepEqual(want, p.base[k.name][path]) {
			delete(p.base[k.name], path) // not a given value that is changed, but a default that is not always one
		}
		if unlearned[k.name+" "+path] {
			return
		}
		p.conditional[k.name][path] = true
		p.keepCase(k, path, goldenCase{k.name, input, after}, want, got)
	})
}

// keepCase keeps the smallest example of every outcome for a field of a type.
func (p *prober) keepCase(k kind, path string, c goldenCase, want, got any) {
	id := lastField(path) + " " + oneLine(want) + " " + oneLine(got)
	if old, kept := p.cases[id]; !kept || len(oneLine(c.In)) < len(oneLine(old.In)) {
		p.cases[id] = c
	}
}

func lastField(path string) string {
	parts := strings.Split(path, ".")
	return strings.Join(parts[max(0, len(parts)-2):], ".")
}
