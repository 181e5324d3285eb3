package main

import (
	"context"
	"reflect"
	"sort"
	"strings"
	"unsafe"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/endpoints/request"
	genericregistry "k8s.io/apiserver/pkg/registry/generic/registry"
	"k8s.io/apiserver/pkg/registry/rest"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
	"k8s.io/kubernetes/pkg/serviceaccount"
)

var apiextensionsV1, apiregistrationV1 = apiext.SchemeGroupVersion, apiregistration.SchemeGroupVersion

type noTokens struct{ serviceaccount.TokenGenerator }

type subresource struct {
	Name    string   `json:"name"`
	Group   string   `json:"group"`
	Version string   `json:"version"`
	Kind    string   `json:"kind"`
	Verbs   []string `json:"verbs"`
}

type column struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	Format      string `json:"format,omitempty"`
	Priority    int32  `json:"priority,omitempty"`
	Description string `json:"description"`
	JSONPath    string `json:"jsonPath"`
}

// resource is one entry of resources.json: one version of a resource.
type resource struct {
	Group      string   `json:"group"`
	Version    string   `json:"version"`
	Resource   string   `json:"resource"`
	Singular   string   `json:"singular"`
	Kind       string   `json:"kind"`
	ListKind   string   `json:"listKind,omitempty"`
	Type       string   `json:"type"`
	ShortNames []string `json:"shortNames,omitempty"`
	Categories []string `json:"categories,omitempty"`
	Namespaced bool     `json:"namespaced"`
	Storage    bool     `json:"storage"`
	Verbs      []string `json:"verbs"`

	Generation          bool     `json:"generation,omitempty"`
	CreateOnUpdate      bool     `json:"createOnUpdate,omitempty"`
	UnconditionalUpdate bool     `json:"unconditionalUpdate,omitempty"`
	OrphanByDefault     bool     `json:"orphanByDefault,omitempty"`
	ResetFields         []string `json:"resetFields,omitempty"`
	StatusResetFields   []string `json:"statusResetFields,omitempty"`

	FieldSelectors map[string]string `json:"fieldSelectors,omitempty"`
	Scale          *scale            `json:"scale,omitempty"`
	Subresources   []subresource     `json:"subresources,omitempty"`
	Columns        []column          `json:"columns,omitempty"`

	goType reflect.Type
}

type scale struct {
	SpecReplicasPath   string `json:"specReplicasPath"`
	StatusReplicasPath string `json:"statusReplicasPath"`
	LabelSelectorPath  string `json:"labelSelectorPath"`
}

func resourcesOf(all []group, table *typeTable) []resource {
	var out []resource
	for _, g := range all {
		for _, version := range sortedKeys(g.versions) {
			out = append(out, versionResources(g, version, table)...)
		}
	}
	return out
}

func versionResources(g group, version string, table *typeTable) []resource {
	storages := g.versions[version]
	var out []resource
	for _, path := range sortedKeys(storages) {
		if strings.Contains(path, "/") {
			continue
		}
		r := mainResource(g, schema.GroupVersion{Group: g.name, Version: version}, path, storages[path])
		table.add(r.goType)
		r.FieldSelectors = fieldSelectors(g.scheme, r, storages[path], table)
		for _, sub := range sortedKeys(storages) {
			if name, ok := strings.CutPrefix(sub, path+"/"); ok {
				r.addSubresource(g, name, storages[sub], table)
			}
		}
		out = append(out, r)
	}
	return out
}

func mainResource(g group, gv schema.GroupVersion, path string, storage rest.Storage) resource {
	gvk := kindOf(g.scheme, gv, storage)
	r := resource{
		Group: g.name, Version: gv.Version, Resource: path, Kind: gvk.Kind, Verbs: verbs(storage),
		Singular:   storage.(rest.SingularNameProvider).GetSingularName(),
		Namespaced: storage.(rest.Scoper).NamespaceScoped(),
		goType:     reflect.TypeOf(must(g.scheme.New(gvk))).Elem(),
	}
	r.Type = shortName(r.goType)
	if s, ok := storage.(rest.ShortNamesProvider); ok {
		r.ShortNames = s.ShortNames()
	}
	if s, ok := storage.(rest.CategoriesProvider); ok {
		r.Categories = s.Categories()
	}
	if _, ok := storage.(rest.Lister); ok {
		r.ListKind = r.Kind + "List"
	}
	r.Storage = gv == storageVersion(g, gv)
	if store := storeOf(reflect.ValueOf(storage)); store != nil {
		r.strategy(store, g, gv)
	}
	r.Columns = columns(storage, r)
	return r
}

// storageVersion: the default storage factory keeps a resource in its group's first version.
func storageVersion(g group, gv schema.GroupVersion) schema.GroupVersion {
	for _, p := range g.scheme.PrioritizedVersionsForGroup(gv.Group) {
		if _, served := g.versions[p.Version]; served {
			return p
		}
	}
	return gv
}

func kindOf(scheme *runtime.Scheme, gv schema.GroupVersion, storage rest.Storage) schema.GroupVersionKind {
	if p, ok := storage.(rest.GroupVersionKindProvider); ok {
		return p.GroupVersionKind(gv)
	}
	kinds, _, err := scheme.ObjectKinds(storage.New())
	check(err)
	for _, k := range kinds {
		if k.Group == gv.Group {
			return gv.WithKind(k.Kind)
		}
	}
	return kinds[0]
}

func verbs(storage rest.Storage) []string {
	var out []string
	has := func(ok bool, names ...string) {
		if ok {
			out = append(out, names...)
		}
	}
	_, create := storage.(rest.Creater)
	_, namedCreate := storage.(rest.NamedCreater)
	_, get := storage.(rest.Getter)
	_, getOptions := storage.(rest.GetterWithOptions)
	_, list := storage.(rest.Lister)
	_, update := storage.(rest.Updater)
	_, patch := storage.(rest.Patcher)
	_, remove := storage.(rest.GracefulDeleter)
	_, collection := storage.(rest.CollectionDeleter)
	_, watch := storage.(rest.Watcher)
	connecter, connect := storage.(rest.Connecter)
	has(create || namedCreate, "create")
	has(remove, "delete")
	has(collection, "deletecollection")
	has(get || getOptions, "get")
	has(list, "list")
	has(patch, "patch")
	has(update, "update")
	has(watch, "watch")
	if connect {
		for _, method := range connecter.ConnectMethods() {
			has(true, map[string]string{"GET": "get", "POST": "create", "PUT": "update", "DELETE": "delete", "PATCH": "patch"}[method])
		}
	}
	sort.Strings(out)
	unique := out[:0]
	for i, v := range out {
		if v != "" && (i == 0 || out[i-1] != v) {
			unique = append(unique, v)
		}
	}
	return unique
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

func (r *resource) strategy(store *genericregistry.Store, g group, gv schema.GroupVersion) {
	r.CreateOnUpdate = store.UpdateStrategy.AllowCreateOnUpdate()
	r.UnconditionalUpdate = store.UpdateStrategy.AllowUnconditionalUpdate()
	ctx := request.WithNamespace(context.Background(), "default")
	ctx = request.WithRequestInfo(ctx, &request.RequestInfo{IsResourceRequest: true, Verb: "create", APIGroup: gv.Group, APIVersion: gv.Version, Resource: r.Resource})
	if gc, ok := store.DeleteStrategy.(rest.GarbageCollectionDeleteStrategy); ok {
		r.OrphanByDefault = gc.DefaultGarbageCollectionPolicy(ctx) == rest.OrphanDependents
	}
	r.Generation = setsGeneration(ctx, store, g, gv.WithKind(r.Kind))
	r.ResetFields = resetFields(store, gv)
}

// setsGeneration asks whether a created object starts at generation 1.
func setsGeneration(ctx context.Context, store *genericregistry.Store, g group, gvk schema.GroupVersionKind) bool {
	external := must(g.scheme.New(gvk))
	g.scheme.Default(external)
	obj := must(g.scheme.UnsafeConvertToVersion(external, schema.GroupVersion{Group: gvk.Group, Version: runtime.APIVersionInternal}))
	store.CreateStrategy.PrepareForCreate(ctx, obj)
	return must(meta.Accessor(obj)).GetGeneration() == 1
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

func (r *resource) addSubresource(g group, name string, storage rest.Storage, table *typeTable) {
	gvk := kindOf(g.scheme, schema.GroupVersion{Group: r.Group, Version: r.Version}, storage)
	r.Subresources = append(r.Subresources, subresource{name, gvk.Group, gvk.Version, gvk.Kind, verbs(storage)})
	if obj, err := g.scheme.New(gvk); err == nil {
		table.add(reflect.TypeOf(obj).Elem())
	}
	switch name {
	case "status":
		r.StatusResetFields = resetFields(storage, schema.GroupVersion{Group: r.Group, Version: r.Version})
	case "scale":
		r.Scale = &scale{".spec.replicas", ".status.replicas", ".spec.selector"}
	}
}

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
