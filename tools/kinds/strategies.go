package main

import (
	"context"
	"reflect"
	"sort"
	"unsafe"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	genericregistry "k8s.io/apiserver/pkg/registry/generic/registry"
	"k8s.io/apiserver/pkg/registry/rest"
)

func (r *resource) strategy(store *genericregistry.Store, g group, gv schema.GroupVersion) {
	r.CreateOnUpdate = store.UpdateStrategy.AllowCreateOnUpdate()
	r.UnconditionalUpdate = store.UpdateStrategy.AllowUnconditionalUpdate()
	ctx := request.WithNamespace(context.Background(), "default")
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{IsResourceRequest: true, Verb: "create", APIGroup: gv.Group, APIVersion: gv.Version, Resource: r.Resource})
	gvk := gv.WithKind(r.Kind)
	if gc, ok := store.DeleteStrategy.(rest.GarbageCollectionDeleteStrategy); ok {
		r.OrphanByDefault = gc.DefaultGarbageCollectionPolicy(ctx) == rest.OrphanDependents
	}
	r.Generation = setsGeneration(ctx, store, subject(g, gvk))
	r.KeepsStatus = keepsStatus(ctx, store, subject(g, gvk))
	r.AnnotationsCount = annotationsCount(ctx, store, subject(g, gvk))
	r.AnswersDeleted = store.ReturnDeletedObject
	r.ResetFields = resetFields(store, gv)
}

// subject is an object as a strategy gets it: internal and defaulted.
func subject(g group, gvk schema.GroupVersionKind) runtime.Object {
	external := must(g.scheme.New(gvk))
	g.scheme.Default(external)
	return must(g.scheme.UnsafeConvertToVersion(external, schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal}))
}

// setsGeneration asks whether a created object starts at generation 1.
func setsGeneration(ctx context.Context, store *genericregistry.Store, obj runtime.Object) bool {
	store.CreateStrategy.PrepareForCreate(ctx, obj)
	return must(meta.Accessor(obj)).GetGeneration() == 1
}

// keepsStatus asks whether who creates an object may give it a status.
func keepsStatus(ctx context.Context, store *genericregistry.Store, obj runtime.Object) bool {
	status := reflect.ValueOf(obj).Elem().FieldByName("Status")
	if !status.IsValid() || status.Kind() != reflect.Struct {
		return false
	}
	filled := false
	for i := range status.NumField() {
		if f := status.Field(i); f.Kind() == reflect.Slice && !filled {
			f.Set(reflect.MakeSlice(f.Type(), 1, 1))
			filled = true
		}
	}
	if !filled {
		return false
	}
	before := status.Interface()
	store.CreateStrategy.PrepareForCreate(ctx, obj)
	return reflect.DeepEqual(before, status.Interface())
}

// annotationsCount asks whether a change of annotations alone raises the generation.
func annotationsCount(ctx context.Context, store *genericregistry.Store, old runtime.Object) bool {
	next := old.DeepCopyObject()
	must(meta.Accessor(next)).SetAnnotations(map[string]string{"a": "b"})
	store.UpdateStrategy.PrepareForUpdate(ctx, next, old)
	return must(meta.Accessor(next)).GetGeneration() > must(meta.Accessor(old)).GetGeneration()
}

func resetFields(storage any, gv schema.GroupVersion) []string {
	s, ok := storage.(rest.ResetFieldsStrategy)
	if !ok {
		return nil
	}
	var paths []string
	for version, set := range s.GetResetFields() {
		if string(version) == gv.String() {
			for path := range set.All() {
				paths = append(paths, path.String())
			}
		}
	}
	sort.Strings(paths)
	return paths
}

// storeOf finds the generic store that nearly every storage embeds or holds.
func storeOf(v reflect.Value) *genericregistry.Store {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if store, ok := v.Interface().(*genericregistry.Store); ok {
			return store
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return nil
	}
	if !v.CanAddr() {
		copied := reflect.New(v.Type()).Elem()
		copied.Set(v)
		v = copied
	}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.Anonymous && f.Name != "store" {
			continue
		}
		if store := storeOf(readable(v.Field(i))); store != nil {
			return store
		}
	}
	return nil
}

// readable lifts reflection's refusal of unexported fields; nothing is written.
func readable(v reflect.Value) reflect.Value {
	return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
}
