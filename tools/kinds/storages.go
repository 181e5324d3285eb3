package main

import (
	"net"
	"net/http"
	"time"

	apiextscheme "k8s.io/apiextensions-apiserver/pkg/apiserver"
	"k8s.io/apiextensions-apiserver/pkg/registry/customresourcedefinition"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
	"k8s.io/apiserver/pkg/registry/generic"
	"k8s.io/apiserver/pkg/registry/rest"
	genericapiserver "k8s.io/apiserver/pkg/server"
	serverstorage "k8s.io/apiserver/pkg/server/storage"
	"k8s.io/apiserver/pkg/storage"
	"k8s.io/apiserver/pkg/storage/storagebackend"
	"k8s.io/apiserver/pkg/storage/storagebackend/factory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
	clientrest "k8s.io/client-go/rest"
	"k8s.io/client-go/tools/cache"
	aggregatorscheme "k8s.io/kube-aggregator/pkg/apiserver/scheme"
	apiservicerest "k8s.io/kube-aggregator/pkg/registry/apiservice/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	api "k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/pkg/controlplane"
	kubeletclient "k8s.io/kubernetes/pkg/kubelet/client"
	admissionregistrationrest "k8s.io/kubernetes/pkg/registry/admissionregistration/rest"
	appsrest "k8s.io/kubernetes/pkg/registry/apps/rest"
	authenticationrest "k8s.io/kubernetes/pkg/registry/authentication/rest"
	authorizationrest "k8s.io/kubernetes/pkg/registry/authorization/rest"
	autoscalingrest "k8s.io/kubernetes/pkg/registry/autoscaling/rest"
	batchrest "k8s.io/kubernetes/pkg/registry/batch/rest"
	certificatesrest "k8s.io/kubernetes/pkg/registry/certificates/rest"
	coordinationrest "k8s.io/kubernetes/pkg/registry/coordination/rest"
	"k8s.io/kubernetes/pkg/registry/core/componentstatus"
	endpointsstore "k8s.io/kubernetes/pkg/registry/core/endpoint/storage"
	limitrangestore "k8s.io/kubernetes/pkg/registry/core/limitrange/storage"
	nodestore "k8s.io/kubernetes/pkg/registry/core/node/storage"
	pvstore "k8s.io/kubernetes/pkg/registry/core/persistentvolume/storage"
	pvcstore "k8s.io/kubernetes/pkg/registry/core/persistentvolumeclaim/storage"
	podstore "k8s.io/kubernetes/pkg/registry/core/pod/storage"
	podtemplatestore "k8s.io/kubernetes/pkg/registry/core/podtemplate/storage"
	controllerstore "k8s.io/kubernetes/pkg/registry/core/replicationcontroller/storage"
	corerest "k8s.io/kubernetes/pkg/registry/core/rest"
	servicestore "k8s.io/kubernetes/pkg/registry/core/service/storage"
	serviceaccountstore "k8s.io/kubernetes/pkg/registry/core/serviceaccount/storage"
	discoveryrest "k8s.io/kubernetes/pkg/registry/discovery/rest"
	eventsrest "k8s.io/kubernetes/pkg/registry/events/rest"
	flowcontrolrest "k8s.io/kubernetes/pkg/registry/flowcontrol/rest"
	networkingrest "k8s.io/kubernetes/pkg/registry/networking/rest"
	noderest "k8s.io/kubernetes/pkg/registry/node/rest"
	policyrest "k8s.io/kubernetes/pkg/registry/policy/rest"
	rbacrest "k8s.io/kubernetes/pkg/registry/rbac/rest"
	resourcerest "k8s.io/kubernetes/pkg/registry/resource/rest"
	schedulingrest "k8s.io/kubernetes/pkg/registry/scheduling/rest"
	storagerest "k8s.io/kubernetes/pkg/registry/storage/rest"
)

// group is one API group with the real REST storages of its versions, by resource path
// (`deployments`, `deployments/scale`). Nothing is behind them: they are asked, never called.
type group struct {
	name     string
	scheme   *runtime.Scheme
	versions map[string]map[string]rest.Storage
}

type provider interface {
	GroupName() string
	NewRESTStorage(serverstorage.APIResourceConfigSource, generic.RESTOptionsGetter) (genericapiserver.APIGroupInfo, error)
}

// groups are what a kube-apiserver serves by default, in the order of its own list.
func groups() []group {
	config := controlplane.DefaultAPIResourceConfigSource()
	config.EnableVersions(apiextensionsV1, apiregistrationV1)
	options := noStorage()
	allow := authorizerfactory.NewAlwaysAllowAuthorizer()
	client := fake.NewSimpleClientset()
	providers := []provider{
		authenticationrest.RESTStorageProvider{},
		authorizationrest.RESTStorageProvider{Authorizer: allow},
		autoscalingrest.RESTStorageProvider{},
		batchrest.RESTStorageProvider{},
		certificatesrest.RESTStorageProvider{Authorizer: allow},
		coordinationrest.RESTStorageProvider{},
		discoveryrest.StorageProvider{},
		networkingrest.RESTStorageProvider{},
		noderest.RESTStorageProvider{},
		policyrest.RESTStorageProvider{},
		rbacrest.RESTStorageProvider{Authorizer: allow},
		schedulingrest.RESTStorageProvider{},
		storagerest.RESTStorageProvider{},
		flowcontrolrest.RESTStorageProvider{InformerFactory: informers.NewSharedInformerFactory(client, 0)},
		appsrest.StorageProvider{},
		admissionregistrationrest.RESTStorageProvider{Authorizer: allow, DiscoveryClient: client.Discovery()},
		eventsrest.RESTStorageProvider{TTL: time.Hour},
		resourcerest.RESTStorageProvider{NamespaceClient: client.CoreV1().Namespaces()},
	}
	all := []group{coreGroup(config, options)}
	for _, p := range providers {
		info := must(p.NewRESTStorage(config, options))
		all = append(all, group{p.GroupName(), legacyscheme.Scheme, info.VersionedResourcesStorageMap})
	}
	crds := must(customresourcedefinition.NewREST(apiextscheme.Scheme, options))
	all = append(all, group{apiextensionsV1.Group, apiextscheme.Scheme, map[string]map[string]rest.Storage{"v1": {
		"customresourcedefinitions":        crds,
		"customresourcedefinitions/status": customresourcedefinition.NewStatusREST(apiextscheme.Scheme, crds),
	}}})
	services := apiservicerest.NewRESTStorage(config, options, false)
	return append(all, group{apiregistrationV1.Group, aggregatorscheme.Scheme, services.VersionedResourcesStorageMap})
}

// coreGroup repeats corerest's provider without its address allocators, which want a live server.
func coreGroup(config serverstorage.APIResourceConfigSource, options generic.RESTOptions) group {
	base := &corerest.GenericConfig{EventTTL: time.Hour}
	info := must(base.NewRESTStorage(config, options))
	s := info.VersionedResourcesStorageMap["v1"]
	nodes := must(nodestore.NewStorage(options, kubeletclient.KubeletClientConfig{}, http.DefaultTransport))
	pods := must(podstore.NewStorage(options, nodes.KubeletConnectionInfo, http.DefaultTransport, idleClient().PolicyV1()))
	add := func(storages map[string]rest.Storage) {
		for path, storage := range storages {
			s[path] = storage
		}
	}
	add(map[string]rest.Storage{
		"pods": pods.Pod, "pods/attach": pods.Attach, "pods/status": pods.Status, "pods/log": pods.Log,
		"pods/exec": pods.Exec, "pods/portforward": pods.PortForward, "pods/proxy": pods.Proxy,
		"pods/binding": pods.Binding, "pods/eviction": pods.Eviction, "pods/resize": pods.Resize,
		"pods/ephemeralcontainers": pods.EphemeralContainers, "bindings": pods.LegacyBinding,
		"nodes": nodes.Node, "nodes/proxy": nodes.Proxy, "nodes/status": nodes.Status,
		"componentstatuses": componentstatus.NewStorage(nil),
		"podtemplates":      must(podtemplatestore.NewREST(options)),
		"limitranges":       must(limitrangestore.NewREST(options)),
	})
	endpoints := must(endpointsstore.NewREST(options))
	services, serviceStatus, serviceProxy, err := servicestore.NewREST(options, api.IPv4Protocol, nil, nil, endpoints, pods.Pod, nil)
	check(err)
	volumes, volumeStatus, err := pvstore.NewREST(options)
	check(err)
	claims, claimStatus, err := pvcstore.NewREST(options)
	check(err)
	controllers := must(controllerstore.NewStorage(options))
	accounts := must(serviceaccountstore.NewREST(options, noTokens{}, nil, time.Hour, nil, nil, nil, false, time.Hour))
	add(map[string]rest.Storage{
		"endpoints": endpoints,
		"services":  services, "services/status": serviceStatus, "services/proxy": serviceProxy,
		"persistentvolumes": volumes, "persistentvolumes/status": volumeStatus,
		"persistentvolumeclaims": claims, "persistentvolumeclaims/status": claimStatus,
		"replicationcontrollers": controllers.Controller, "replicationcontrollers/status": controllers.Status,
		"replicationcontrollers/scale": controllers.Scale,
		"serviceaccounts":              accounts, "serviceaccounts/token": accounts.Token,
	})
	return group{"", legacyscheme.Scheme, info.VersionedResourcesStorageMap}
}

func idleClient() *kubernetes.Clientset {
	return must(kubernetes.NewForConfig(&clientrest.Config{Host: net.JoinHostPort("127.0.0.1", "1")}))
}

func noStorage() generic.RESTOptions {
	return generic.RESTOptions{
		StorageConfig:  &storagebackend.ConfigForResource{},
		ResourcePrefix: "none",
		Decorator: func(*storagebackend.ConfigForResource, string, func(runtime.Object) (string, error), func() runtime.Object,
			func() runtime.Object, storage.AttrFunc, storage.IndexerFuncs, *cache.Indexers) (storage.Interface, factory.DestroyFunc, error) {
			return nil, func() {}, nil
		},
	}
}
