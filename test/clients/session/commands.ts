// What a person types in an afternoon, every verb and every form of output at least once. It runs on a real control plane
// and on the engine; both have controllers and no node, so pods wait.

/** A line as it is typed after `kubectl`, split at spaces; `'…'` holds spaces. */
export type Line = string;

export interface Step {
  readonly line: Line;
  /** What goes to its standard input, for `-f -`. */
  readonly input?: unknown;
  /** Typed again until it succeeds: what a controller does takes its time. */
  readonly eventually?: true;
}

const deployment = (image: string): unknown => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'applied', labels: { app: 'applied' } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'applied' } },
    template: {
      metadata: { labels: { app: 'applied' } },
      spec: { containers: [{ name: 'main', image, ports: [{ containerPort: 8080 }] }] },
    },
  },
});

const widgets = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.session.example.com' },
  spec: {
    group: 'session.example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', shortNames: ['wd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.count', statusReplicasPath: '.status.count' },
        },
        additionalPrinterColumns: [{ name: 'Size', type: 'integer', jsonPath: '.spec.size' }],
        schema: {
          openAPIV3Schema: {
            type: 'object',
            description: 'A widget is what sessions are about.',
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'integer', minimum: 1, description: 'How large it is.' },
                  count: { type: 'integer', default: 1 },
                  color: { type: 'string', enum: ['red', 'blue'] },
                },
                'x-kubernetes-validations': [{ rule: 'self.size < 100', message: 'too large' }],
              },
              status: { type: 'object', properties: { count: { type: 'integer' } } },
            },
          },
        },
      },
    ],
  },
};

const widget = (spec: unknown): unknown => ({
  apiVersion: 'session.example.com/v1',
  kind: 'Widget',
  metadata: { name: 'one' },
  spec,
});

const typed = (lines: string): Step[] =>
  lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => ({ line }));

export const steps: readonly Step[] = [
  ...typed(`
    auth whoami
    create configmap settings --from-literal=color=blue --from-literal=size=2
    create configmap settings
    get configmap settings
    get configmap settings -o yaml
    get configmap settings -o json
    get configmap settings -o name
    get configmap settings -o jsonpath={.data.color}
    get configmap settings -o go-template={{.data.size}}
    get configmap settings -o custom-columns=NAME:.metadata.name,COLOR:.data.color
    get cm settings --show-labels
    label configmap settings tier=back
    label configmap settings tier=front
    label configmap settings tier=front --overwrite
    get configmap -l tier=front -o name
    get configmap -l tier!=front,tier -o name
    annotate configmap settings note='a b'
    patch configmap settings --type=merge -p {"data":{"size":"3"}}
    patch configmap settings --type=json -p [{"op":"remove","path":"/data/color"}]
    describe configmap settings
    patch configmap settings --type=json -p [{"op":"test","path":"/data/size","value":"9"}]
    patch configmap settings -p {"data":{"more":"yes"}} -o yaml
    patch configmap settings --type=json -p nonsense
    label configmap settings tier-
    create configmap settings2 --from-literal=a=b --dry-run=server -o yaml
    get configmap settings2
    create secret generic token --from-literal=key=value
    create secret docker-registry registry --docker-server=r.example.com --docker-username=u --docker-password=p
    get secrets
    describe secret token
    create serviceaccount robot
    create role reader --verb=get,list --resource=configmaps,pods/log
    create rolebinding robot-reads --role=reader --serviceaccount=session:robot
    describe role reader
    auth can-i get configmaps --as=system:serviceaccount:session:robot
    auth can-i delete configmaps --as=system:serviceaccount:session:robot
    auth can-i --list --as=system:serviceaccount:session:robot
    get configmap settings --as=system:serviceaccount:session:robot -o name
    delete configmap settings --as=system:serviceaccount:session:robot
    create clusterrole session-reader --verb=get --resource=nodes
    create quota small --hard=configmaps=10,services=5
    create service clusterip plain --tcp=80:8080
    create service clusterip plain --tcp=80:8080 --clusterip=None
    create service nodeport open --tcp=80:8080 --node-port=30123
    create service externalname far --external-name=example.com
    get service far open -o wide
    get service plain -o jsonpath={.spec.ports}
    create ingress front --rule=shop.example.com/*=plain:80
    describe ingress front
    create poddisruptionbudget two --selector=app=web --min-available=2
    get pdb two
    create job once --image=busybox -- true
    create cronjob nightly --image=busybox --schedule='0 3 * * *' -- true
    get cronjob nightly
    create cronjob never --image=busybox --schedule=nonsense -- true
    create priorityclass session-high --value=1000
    create token robot --duration=1s
    create deployment web --image=nginx:1 --replicas=2
    create deployment web --image=nginx:1
  `),
  { line: 'wait deployment/web --for=jsonpath={.status.replicas}=2 --timeout=30s' },
  ...typed(`
    get deployment web -o wide
    get pods -l app=web -o jsonpath={.items[*].status.phase}
    get replicasets -l app=web -o custom-columns=DESIRED:.spec.replicas,CURRENT:.status.replicas
    scale deployment web --replicas=3 --current-replicas=1
    scale deployment web --replicas=1
    set image deployment/web nginx=nginx:2
    set env deployment/web COLOR=blue
    set resources deployment web --limits=cpu=200m,memory=64Mi
    set serviceaccount deployment web robot
    get deployment web -o jsonpath={.spec.template.spec}
    autoscale deployment web --min=1 --max=3 --cpu=80%
    get hpa web -o jsonpath={.spec}
    expose deployment web --port=80 --target-port=8080
    get endpoints web
    rollout pause deployment/web
    rollout pause deployment/web
    rollout resume deployment/web
    rollout restart deployment/web --dry-run=server
  `),
  { line: 'wait deployment/web --for=jsonpath={.metadata.generation}=7 --timeout=30s', eventually: true },
  ...typed(`
    rollout history deployment/web
    rollout undo deployment/web --to-revision=99
    annotate deployment web kubernetes.io/change-cause=first
    run single --image=busybox --restart=Never --labels=kind=single -- sleep 100
    get pod single -o jsonpath={.spec.tolerations}
    get pod single -o jsonpath={.status.qosClass}
    patch pod single -p {"spec":{"containers":[{"name":"single","image":"busybox:2"}]}}
    patch pod single -p {"spec":{"restartPolicy":"Always"}}
    delete pod single --wait=false
    get pod single
    run Bad_Name --image=busybox
    run wrong --image=busybox --overrides={"spec":{"restartPolicy":"Sometimes"}}
  `),
  { line: 'apply -f -', input: deployment('nginx:1') },
  { line: 'apply -f -', input: deployment('nginx:1') },
  { line: 'diff -f -', input: deployment('nginx:1') },
  { line: 'apply -f - --dry-run=server', input: deployment('nginx:2') },
  { line: 'apply -f - --server-side', input: deployment('nginx:2') },
  { line: 'apply -f - --server-side --field-manager=other', input: deployment('nginx:3') },
  { line: 'apply -f - --server-side --field-manager=other --force-conflicts', input: deployment('nginx:3') },
  { line: 'apply view-last-applied deployment/applied -o json' },
  {
    line: 'replace -f -',
    input: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: {} },
  },
  { line: 'replace -f -', input: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'nope' } } },
  { line: 'apply -f -', input: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, dat: {} } },
  {
    line: 'apply -f - --validate=warn',
    input: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' }, dat: {} },
  },
  { line: 'apply -f -', input: { apiVersion: 'apps/v1', kind: 'Nope', metadata: { name: 'x' } } },
  {
    line: 'create -f -',
    input: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'no' }, spec: {} },
  },
  { line: 'create -f -', input: widgets },
  { line: 'wait crd/widgets.session.example.com --for=condition=Established --timeout=30s' },
  { line: 'api-resources --api-group=session.example.com', eventually: true },
  { line: 'explain widget.spec', eventually: true },
  { line: 'apply -f -', input: widget({ size: 2, color: 'red' }), eventually: true },
  { line: 'apply -f -', input: widget({ size: 200, color: 'red' }) },
  { line: 'apply -f -', input: widget({ size: 2, color: 'green' }) },
  { line: 'apply -f -', input: widget({ size: 'x' }) },
  { line: 'apply -f - --validate=strict', input: widget({ size: 2, weight: 1 }) },
  ...typed(`
    get widgets
    get wd one -o jsonpath={.spec}
    scale widget one --replicas=4
    get widget one -o jsonpath={.spec.count}
    patch widget one --subresource=status --type=merge -p {"status":{"count":4}}
    get widget one -o jsonpath={.status}
    describe crd widgets.session.example.com
    delete widget one
    delete crd widgets.session.example.com
    get nope
    get configmaps nope
    get configmaps nope --ignore-not-found
    get all -l app=none
    get configmaps --field-selector=metadata.name=settings -o name
    get configmaps --field-selector=data.color=blue
    get configmaps --chunk-size=1 -o name
    get --raw /api/v1/namespaces/session/configmaps/nope
    get --raw /version/nope
    explain deployment.spec.strategy
    explain pod.spec.containers.nope
    explain service.spec --recursive
    api-resources --namespaced=false --verbs=create -o name
    api-versions
    events --for configmap/settings
    create namespace session-other
    delete namespace session-other
    delete deployment web --cascade=orphan
    delete deployment web
    delete deployment applied --cascade=foreground
    delete replicasets --all
    delete clusterrole session-reader
    delete priorityclass session-high
    delete all --all
  `),
];
