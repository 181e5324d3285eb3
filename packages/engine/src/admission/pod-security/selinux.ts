import { badSetters, type CheckedPod, distinct, plural, quoted, type Violation } from './check.ts';

/** A type among those that containers may have, and neither a user nor a role. */
export const seLinuxOptions =
  (allowed: readonly string[]) =>
  (pod: CheckedPod): Violation | undefined => {
    const { setters, values } = badSetters(pod, {
      setting: ({ seLinuxOptions: options }) => options,
      isBad: ({ type = '', user = '', role = '' }) => !allowed.includes(type) || user !== '' || role !== '',
    });
    if (setters === '') return undefined;
    const types = distinct(values.map(({ type = '' }) => type).filter((type) => !allowed.includes(type)));
    const said = [
      ...(types.length > 0 ? [`${plural('type', types.length)} ${quoted(types)}`] : []),
      ...(values.some(({ user = '' }) => user !== '') ? ['user may not be set'] : []),
      ...(values.some(({ role = '' }) => role !== '') ? ['role may not be set'] : []),
    ];
    return {
      reason: 'seLinuxOptions',
      detail: `${setters} set forbidden securityContext.seLinuxOptions: ${said.join('; ')}`,
    };
  };
