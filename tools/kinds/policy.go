package main

import (
	"encoding/json"

	rbac "k8s.io/api/rbac/v1"
	"k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

// writePolicy writes the roles and bindings that a kube-apiserver makes at its first start, in its order.
func writePolicy(dir string) {
	var lines []string
	for _, role := range append(bootstrappolicy.ClusterRoles(), bootstrappolicy.ControllerRoles()...) {
		lines = append(lines, policyLine("ClusterRole", role))
	}
	bindings := append(bootstrappolicy.ClusterRoleBindings(), bootstrappolicy.ControllerRoleBindings()...)
	for _, binding := range bindings {
		lines = append(lines, policyLine("ClusterRoleBinding", binding))
	}
	roles := bootstrappolicy.NamespaceRoles()
	for _, namespace := range sortedKeys(roles) {
		for _, role := range roles[namespace] {
			lines = append(lines, policyLine("Role", role))
		}
	}
	roleBindings := bootstrappolicy.NamespaceRoleBindings()
	for _, namespace := range sortedKeys(roleBindings) {
		for _, binding := range roleBindings[namespace] {
			lines = append(lines, policyLine("RoleBinding", binding))
		}
	}
	writeLines(dir, "bootstrap-policy.json", lines)
}

func policyLine(kind string, object any) string {
	var content map[string]any
	check(json.Unmarshal(must(json.Marshal(object)), &content))
	content["apiVersion"] = rbac.SchemeGroupVersion.String()
	content["kind"] = kind
	delete(content["metadata"].(map[string]any), "creationTimestamp")
	return oneLine(content)
}
