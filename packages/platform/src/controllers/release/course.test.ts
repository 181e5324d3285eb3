import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Release } from '@fairlead/api';
import { aDeployment, aRelease } from '../objects.fixture.ts';
import { decideCourse } from './course.ts';

type Phase = NonNullable<Release['status']>['phase'];

/** `+` succeeded, `-` failed, `~` superseded, `>` deploying, `?` nothing said yet. */
const phases: Readonly<Record<string, Phase>> = {
  '+': 'Succeeded',
  '-': 'Failed',
  '~': 'Superseded',
  '>': 'Deploying',
};

/** v1 is the creation, the others hold code. */
const history = (marks: string): Release[] =>
  marks.split('').map((mark, index) => {
    const phase = phases[mark];
    return aRelease(index + 1, {
      ...(index === 0 ? {} : { code: 'a' }),
      ...(phase === undefined ? {} : { phase }),
    });
  });

type Row = readonly [
  says: string,
  marks: string,
  effective: number | undefined,
  settled: string,
  runs?: number,
];

const rows: readonly Row[] = [
  ['nothing', '', undefined, ''],
  ['the creation has nothing to wait for', '?', undefined, 'v1 Succeeded'],
  ['the first code', '+?', 2, ''],
  ['on its way', '+>', 2, ''],
  ['it serves', '+++', 3, ''],
  ['it failed, and nothing else ever served', '+-', undefined, ''],
  ['it failed, and the one before serves', '++-', 2, ''],
  ['two failed', '++--', 2, ''],
  ['a failed one is overtaken', '++-?', 4, ''],
  ['overtaken on its way', '++>?', 4, 'v3 Superseded'],
  ['what was overtaken is not taken up again', '++~-', 2, ''],
  ['overtaken before it was seen', '+??', 3, 'v2 Superseded'],
  ['overtaken, and none before it: nothing is fit to run', '+~-', undefined, ''],
  ['a lost status of what runs in full is known again', '+?-', 2, 'v2 Succeeded', 2],
  ['a lost status of what does not run is not', '++??', 4, 'v3 Superseded', 2],
];

describe('decideCourse', () => {
  for (const [says, marks, effective, settled, runs] of rows)
    it(says, () => {
      const deployments = runs === undefined ? [] : [aDeployment({ release: runs })];
      const course = decideCourse({ releases: history(marks), deployments });
      assert.equal(course.effective?.spec.version, effective);
      const told = course.settled.map(({ release, phase }) => `v${release.spec.version} ${phase}`);
      assert.equal(told.join(', '), settled);
    });
});
