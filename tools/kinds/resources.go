package main

import (
	"reflect"
	"sort"
	"strings"

	apiext "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
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
	AnswersDeleted      bool     `json:"answersDeleted,omitempty"`
	KeepsStatus         bool     `json:"keepsStatus,omitempty"`
	AnnotationsCount    bool     `json:"annotationsCount,omitempty"`
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
