import { type KubeRequest, type KubeResponse, METRICS_TYPE } from '@fairlead/kube';
import { apiVersionOf } from '../resources/registry.ts';
import type { Api } from './api.ts';
import { serveBackup } from './backup.ts';
import { discover } from './discovery.ts';
import { methodNotAllowed } from './errors.ts';
import { serveHealth } from './health.ts';
import { serveIssuer } from './issuer.ts';
import { noSuchPath, noSuchResource } from './missing.ts';
import { serveOpenApi } from './openapi.ts';
import { respondText, respondValue } from './respond.ts';
import type { Route } from './route.ts';
import { version } from './version.ts';

/** What the server says of itself. */
export const serveAbout = (
  api: Api,
  route: Exclude<Route, { to: 'object' }>,
  request: KubeRequest,
): KubeResponse | Promise<KubeResponse> => {
  const { method, query } = request;
  if (route.to === 'nowhere') return noSuchPath();
  if (route.to === 'health') return serveHealth(api, { ...route, query });
  if (route.to === 'index') return respondValue({ paths: pathsOf(api) });
  if (method !== 'GET') throw methodNotAllowed();
  if (route.to === 'backup') return serveBackup(api);
  if (route.to === 'metrics') return respondText(api.metrics.render(), 200, METRICS_TYPE);
  if (route.to === 'issuer') return serveIssuer(api, route.document, request);
  if (route.to === 'version') return respondValue(version);
  if (route.to === 'openapi')
    return serveOpenApi(api.resources, { request, path: route.path }) ?? noSuchPath();
  return discover(api.resources, { request, route }) ?? noSuchResource(api.resources, groupOf(route));
};

const groupOf = (route: Route): string => ('group' in route ? route.group : '');

const OWN = [
  '/backup',
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/readyz',
  '/version',
];

/** Where there is something to be found, for those who look around. */
const pathsOf = ({ resources }: Api): string[] => {
  const served = [...resources.all()].flatMap(({ group, versions }) =>
    versions
      .filter((one) => one.served)
      .flatMap(({ version: at }) =>
        group === ''
          ? ['/api', `/api/${at}`]
          : ['/apis', `/apis/${group}`, `/apis/${apiVersionOf(group, at)}`],
      ),
  );
  return [...new Set([...served, ...OWN])].sort();
};
