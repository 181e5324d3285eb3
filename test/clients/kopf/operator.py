"""The operator of kopf's own tutorial: a claim of ours becomes a PersistentVolumeClaim, and is kept like it."""

import kopf
import kubernetes


@kopf.on.create("ephemeralvolumeclaims")
def create_fn(body, spec, name, namespace, **_):
    size = spec.get("size")
    if not size:
        kopf.warn(body, reason="NoSize", message="Size must be set.")
        raise kopf.PermanentError(f"Size must be set. Got {size!r}.")
    claim = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": name, "annotations": {"size": size}},
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": size}}},
    }
    kopf.adopt(claim)
    api = kubernetes.client.CoreV1Api()
    made = api.create_namespaced_persistent_volume_claim(namespace=namespace, body=claim)
    kopf.info(body, reason="Created", message=f"PVC child is created: {made.metadata.name}")
    return {"pvc-name": made.metadata.name}


@kopf.on.update("ephemeralvolumeclaims")
def update_fn(spec, status, namespace, **_):
    patch = {"metadata": {"annotations": {"size": spec["size"]}}}
    api = kubernetes.client.CoreV1Api()
    api.patch_namespaced_persistent_volume_claim(
        namespace=namespace, name=status["create_fn"]["pvc-name"], body=patch
    )


@kopf.on.field("ephemeralvolumeclaims", field="metadata.labels")
def relabel(new, status, namespace, **_):
    labels = dict(new or {})
    if "create_fn" not in status or not labels:
        return
    api = kubernetes.client.CoreV1Api()
    api.patch_namespaced_persistent_volume_claim(
        namespace=namespace, name=status["create_fn"]["pvc-name"], body={"metadata": {"labels": labels}}
    )


@kopf.on.delete("ephemeralvolumeclaims")
def delete_fn(name, logger, **_):
    logger.info(f"{name} goes")
