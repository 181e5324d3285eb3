"""What programs in Python do with a Kubernetes API; ends with 0 when all of it went as on a real one."""

import sys

from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException


def refused(status, call, *args, **options):
    try:
        call(*args, **options)
    except ApiException as error:
        assert error.status == status, error
        return
    raise AssertionError(f"{call} was not refused")


config.load_kube_config(sys.argv[1])
core = client.CoreV1Api()
apps = client.AppsV1Api()

# Objects, and what becomes of a stale write.
made = core.create_namespaced_config_map(
    "default", client.V1ConfigMap(metadata=client.V1ObjectMeta(name="one", labels={"by": "python"}), data={"a": "1"})
)
made.data["a"] = "2"
core.replace_namespaced_config_map("one", "default", made)
refused(409, core.replace_namespaced_config_map, "one", "default", made)
refused(409, core.create_namespaced_config_map, "default", client.V1ConfigMap(metadata=client.V1ObjectMeta(name="one")))
assert core.patch_namespaced_config_map("one", "default", {"data": {"b": "3"}}).data == {"a": "2", "b": "3"}
refused(422, core.create_namespaced_config_map, "default", {"metadata": {"name": "No_Name"}})

# Lists in pages, by selectors, and what is watched.
for name in ("p1", "p2", "p3"):
    core.create_namespaced_config_map("default", {"metadata": {"name": name, "labels": {"page": "yes"}}})
page = core.list_namespaced_config_map("default", label_selector="page=yes", limit=2)
rest = core.list_namespaced_config_map("default", label_selector="page=yes", limit=2, _continue=page.metadata._continue)
assert [item.metadata.name for item in page.items + rest.items] == ["p1", "p2", "p3"]
seen = []
for event in watch.Watch().stream(core.list_namespaced_config_map, "default", label_selector="page=yes", timeout_seconds=20):
    seen.append((event["type"], event["object"].metadata.name))
    if len(seen) == 3:
        core.delete_namespaced_config_map("p3", "default")
    if len(seen) == 4:
        break
assert seen == [("ADDED", "p1"), ("ADDED", "p2"), ("ADDED", "p3"), ("DELETED", "p3")], seen

# A manifest as it stands in a file, and its rollout.
manifest = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {
        "replicas": 2,
        "selector": {"matchLabels": {"app": "web"}},
        "template": {
            "metadata": {"labels": {"app": "web"}},
            "spec": {"containers": [{"name": "web", "image": "web:1"}]},
        },
    },
}
utils.create_from_dict(client.ApiClient(), manifest)
for event in watch.Watch().stream(apps.list_namespaced_deployment, "default", timeout_seconds=20):
    if event["object"].status.replicas == 2:
        break
else:
    raise AssertionError("the deployment has no pods")
apps.patch_namespaced_deployment_scale("web", "default", {"spec": {"replicas": 1}})
assert apps.read_namespaced_deployment("web", "default").spec.replicas == 1

# Kinds that the client does not know, by discovery; server-side apply.
kinds = dynamic.DynamicClient(client.ApiClient())
definition = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "gadgets.python.example.com"},
    "spec": {
        "group": "python.example.com",
        "scope": "Namespaced",
        "names": {"plural": "gadgets", "singular": "gadget", "kind": "Gadget", "listKind": "GadgetList"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "schema": {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": True}},
            }
        ],
    },
}
extensions = client.ApiextensionsV1Api()
extensions.create_custom_resource_definition(definition)
for event in watch.Watch().stream(extensions.list_custom_resource_definition, timeout_seconds=20):
    conditions = event["object"].status.conditions or []
    if event["object"].metadata.name.startswith("gadgets") and any(
        c.type == "Established" and c.status == "True" for c in conditions
    ):
        break
gadgets = kinds.resources.get(api_version="python.example.com/v1", kind="Gadget")
applied = gadgets.server_side_apply(
    body={"apiVersion": "python.example.com/v1", "kind": "Gadget", "metadata": {"name": "g"}, "spec": {"size": 1}},
    namespace="default",
    field_manager="python",
)
assert applied.spec.size == 1
assert [item.metadata.name for item in gadgets.get(namespace="default").items] == ["g"]
refused(404, core.read_namespaced_pod, "nope", "default")
print("done")
