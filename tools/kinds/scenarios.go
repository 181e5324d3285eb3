package main

import (
	"encoding/json"
	"reflect"

	corev1 "k8s.io/api/core/v1"
	resourceapi "k8s.io/api/resource/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// examples are whole objects whose defaults depend on several fields at once.
var examples = []struct{ kind, object string }{
	{"apps.v1.Deployment", `{"metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"nginx","ports":[{"containerPort":80}],"readinessProbe":{"httpGet":{"port":80}},"resources":{"limits":{"cpu":"0.5","memory":"1.5Gi"}}}]}}}}`},
	{"apps.v1.Deployment", `{"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}},"selector":null,"template":{"spec":{"containers":[]}}}}`},
	{"apps.v1.DaemonSet", `{"spec":{"selector":null,"template":{"spec":{"containers":null}},"updateStrategy":{"type":"OnDelete"}}}`},
	{"apps.v1.StatefulSet", `{"spec":{"selector":null,"serviceName":"s","template":{"spec":{"containers":null}},"updateStrategy":{"type":"RollingUpdate"},"volumeClaimTemplates":[{"metadata":{"name":"d"},"spec":{"resources":{"requests":{"storage":"1G"}}}}]}}`},
	{"apps.v1.StatefulSet", `{"spec":{"selector":null,"template":{"spec":{"containers":null}},"updateStrategy":{"type":"RollingUpdate","rollingUpdate":{}},"persistentVolumeClaimRetentionPolicy":{"whenDeleted":"Delete"}}}`},
	{"batch.v1.Job", `{"spec":{"backoffLimitPerIndex":1,"completions":3,"podFailurePolicy":{"rules":[{"action":"FailJob","onPodConditions":[{"type":"x"}]}]},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i:latest"}]}}}}`},
	{"core.v1.Service", `{"metadata":{"name":"s"},"spec":{"type":"LoadBalancer","ports":[{"port":80},{"port":443,"targetPort":"https","protocol":"UDP"}],"sessionAffinity":"ClientIP"}}`},
	{"core.v1.Service", `{"spec":{"type":"NodePort","ports":[{"port":80,"targetPort":""}],"externalIPs":["1.2.3.4"]}}`},
	{"core.v1.Service", `{"spec":{"type":"ClusterIP","externalIPs":["1.2.3.4"]}}`},
	{"core.v1.Service", `{"spec":{"type":"LoadBalancer"},"status":{"loadBalancer":{"ingress":[{"ip":"1.2.3.4"},{"hostname":"x"}]}}}`},
	{"core.v1.Service", `{"spec":{"type":"ExternalName","externalName":"x"}}`},
	{"core.v1.Pod", `{"spec":{"hostNetwork":true,"containers":[{"name":"a","image":"x","ports":[{"containerPort":80},{"containerPort":81,"hostPort":8081}]}],"initContainers":[{"name":"b","image":"x@sha256:0123456789012345678901234567890123456789012345678901234567890123","ports":[{"containerPort":82}]}]}}`},
	{"core.v1.Pod", `{"spec":{"containers":[{"name":"a","image":"x","resources":{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"100m"}}}],"initContainers":[{"name":"i","resources":{"limits":{"cpu":"2"}}}]}}`},
	{"core.v1.Pod", `{"spec":{"resources":{"limits":{"cpu":"4","memory":"1Gi"}},"containers":[{"name":"a","resources":{"requests":{"cpu":"1"}}},{"name":"b","resources":{"requests":{"cpu":"500m"}}}],"initContainers":[{"name":"i","resources":{"requests":{"cpu":"2"}}},{"name":"s","restartPolicy":"Always","resources":{"requests":{"cpu":"100m"}}}]}}`},
	{"core.v1.Pod", `{"spec":{"resources":{"limits":{"cpu":"4"},"requests":{"memory":"1Gi"}},"containers":[{"name":"a","resources":{"limits":{"hugepages-2Mi":"4Mi"},"requests":{"hugepages-2Mi":"4Mi"}}},{"name":"b"}]}}`},
	{"core.v1.Pod", `{"spec":{"serviceAccountName":"x","containers":[{"name":"a"}],"volumes":[{"name":"v"},{"name":"w","hostPath":{"path":"/"}},{"name":"p","projected":{"sources":[{"serviceAccountToken":{"path":"t"}}]}},{"name":"i","image":{"reference":"x:1"}}]}}`},
	{"core.v1.Pod", `{"spec":{"serviceAccount":"y","serviceAccountName":"","containers":[{"name":"a"}]}}`},
	{"core.v1.Pod", `{"spec":{"serviceAccount":"y","serviceAccountName":"x","containers":[{"name":"a"}]}}`},
	{"core.v1.Pod", `{"metadata":{"annotations":{"pod.beta.kubernetes.io/init-containers":"[]","a":"b"}},"spec":{"containers":[{"name":"a"}]},"status":{"podIP":"1.1.1.1"}}`},
	{"core.v1.Pod", `{"spec":{"containers":[{"name":"a"}]},"status":{"podIPs":[{"ip":"1.1.1.1"},{"ip":"::1"}]}}`},
	{"core.v1.Pod", `{"spec":{"containers":[{"name":"a"}]},"status":{"podIP":"2.2.2.2","podIPs":[{"ip":"1.1.1.1"},{"ip":"::1"}]}}`},
	{"core.v1.Node", `{"spec":{"podCIDR":"10.0.0.0/24"},"status":{"capacity":{"cpu":"2"}}}`},
	{"core.v1.Node", `{"spec":{"podCIDRs":["10.0.0.0/24","fd00::/64"]}}`},
	{"core.v1.Node", `{"spec":{"podCIDR":"10.1.0.0/24","podCIDRs":["10.0.0.0/24","fd00::/64"]}}`},
	{"core.v1.Namespace", `{"metadata":{"name":"n","labels":{"a":"b","kubernetes.io/metadata.name":"x"}}}`},
	{"core.v1.Namespace", `{"metadata":{"generateName":"n"}}`},
	{"core.v1.Secret", `{"data":{"a":"eA==","b":"eA=="},"stringData":{"a":"y","c":"ü"}}`},
	{"core.v1.ReplicationController", `{"spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":null}}}}`},
	{"core.v1.LimitRange", `{"spec":{"limits":[{"type":"Container","max":{"cpu":"2"},"min":{"cpu":"100m","memory":"1Mi"},"default":{"memory":"4Mi"}},{"type":"Pod","max":{"cpu":"2"}}]}}`},
	{"autoscaling.v2.HorizontalPodAutoscaler", `{"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"d"},"behavior":{"scaleUp":{"stabilizationWindowSeconds":5}}}}`},
	{"autoscaling.v2.HorizontalPodAutoscaler", `{"spec":{"maxReplicas":3,"scaleTargetRef":{"kind":"Deployment","name":"d"},"behavior":{"scaleDown":{}}}}`},
	{"networking.v1.NetworkPolicy", `{"spec":{"egress":[{"ports":[{"port":53}]}]}}`},
	{"rbac.v1.RoleBinding", `{"roleRef":{"kind":"Role","name":"r"},"subjects":[{"kind":"User","name":"u"},{"kind":"ServiceAccount","name":"s"},{"kind":"Group","name":"g"}]}`},
	{"rbac.v1.ClusterRole", `{"metadata":{"name":"x"}}`},
	{"apiextensions.v1.CustomResourceDefinition", `{"spec":{"group":"g","scope":"Namespaced","names":{"kind":"Foo","plural":"foos"},"versions":[{"name":"v1","served":true,"storage":false},{"name":"v2","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"}}}]}}`},
	{"apiextensions.v1.CustomResourceDefinition", `{"spec":{"group":"g","scope":"Cluster","names":{"kind":"Foo","plural":"foos"},"versions":[],"conversion":{"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"service":{"name":"n","namespace":"m"}}}}}}`},
	{"core.v1.PersistentVolumeClaim", `{"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1.5Gi"}}}}`},
	{"networking.v1.Ingress", `{"spec":{"rules":[{"host":"h","http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"s","port":{"number":80}}}}]}}]}}`},
	{"networking.v1.IngressClass", `{"spec":{"controller":"c","parameters":{"kind":"K","name":"n"}}}`},
	{"policy.v1.PodDisruptionBudget", `{"spec":{"minAvailable":1}}`},
	{"batch.v1.CronJob", `{"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":{"restartPolicy":"OnFailure","containers":[{"name":"c","image":"i"}]}}}}}}`},
	{"discovery.v1.EndpointSlice", `{"addressType":"IPv4","endpoints":[{"addresses":["1.1.1.1"]}],"ports":[{"port":80}]}`},
	{"core.v1.Event", `{"involvedObject":{"kind":"Pod","name":"p"},"reason":"r"}`},
	{"core.v1.ConfigMap", `{"data":{},"binaryData":{"a":"eA=="}}`},
}

// scenarios settles the examples, and every kind empty and with every struct in it present once.
func scenarios(all []kind) []string {
	byName := map[string]kind{}
	var lines []string
	add := func(k kind, input any, object runtime.Object) bool {
		out, ok := k.settle(object)
		if ok {
			lines = append(lines, oneLine(goldenCase{k.name, input, out}))
		}
		return ok
	}
	for _, k := range all {
		byName[k.name] = k
		add(k, map[string]any{}, reflect.New(k.typ).Interface().(runtime.Object))
		full := reflect.New(k.typ)
		fillStructs(full.Elem(), map[reflect.Type]bool{})
		if !hasPodTemplate(k.typ) && k.typ != reflect.TypeFor[resourceapi.ResourceSlice]() { // which has the clock's time
			add(k, toJSON(full.Interface()), full.Interface().(runtime.Object))
		}
	}
	for _, e := range examples {
		k := byName[e.kind]
		object := reflect.New(k.typ).Interface()
		check(json.Unmarshal([]byte(e.object), object))
		if !add(k, json.RawMessage(e.object), object.(runtime.Object)) {
			panic("cannot settle " + e.object)
		}
	}
	return lines
}

// hasPodTemplate: a full pod is large, and in one kind enough.
func hasPodTemplate(t reflect.Type) bool {
	_, spec := t.FieldByName("Spec")
	if !spec {
		return t == reflect.TypeFor[corev1.PodTemplate]()
	}
	field, _ := t.FieldByName("Spec")
	_, template := field.Type.FieldByName("Template")
	_, job := field.Type.FieldByName("JobTemplate")
	return template || job
}

// fillStructs makes every pointer to a struct point to one, and gives every list and map of structs
// one element.
func fillStructs(v reflect.Value, above map[reflect.Type]bool) {
	if _, leaf := leaves[v.Type()]; leaf || structOf(v.Type()) == nil {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !above[v.Type().Elem()] {
			v.Set(reflect.New(v.Type().Elem()))
			fillStructs(v.Elem(), above)
		}
	case reflect.Slice:
		if !above[v.Type().Elem()] {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fillStructs(v.Index(0), above)
		}
	case reflect.Struct:
		above[v.Type()] = true
		defer delete(above, v.Type())
		for i := range v.NumField() {
			fillStructs(v.Field(i), above)
		}
	}
}
