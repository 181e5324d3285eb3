import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createMetrics } from './metrics.ts';

test('Counters, gauges and histograms are shown in the text format of Prometheus', () => {
  const metrics = createMetrics();
  const answers = metrics.counter({
    name: 'answers_total',
    help: 'Answers by code.',
    labels: ['verb', 'code'],
  });
  answers('GET', '200').add();
  answers('GET', '200').add(2);
  answers('LIST', '"4\\0\n4"').add();
  metrics.gauge({ name: 'depth', help: 'How many wait.' })().set(3);
  const took = metrics.histogram({
    name: 'took_seconds',
    help: 'How long.',
    labels: ['verb'],
    buckets: [0.1, 1],
  });
  for (const seconds of [0.1, 0.5, 7]) took('GET').observe(seconds);
  metrics.reading({ name: 'objects', help: 'What\nis kept.', type: 'gauge', labels: ['kind'] }, () => [
    [['pods'], 2],
    [['nodes'], Number.POSITIVE_INFINITY],
  ]);
  assert.equal(
    metrics.render(),
    String.raw`# HELP answers_total Answers by code.
# TYPE answers_total counter
answers_total{verb="GET",code="200"} 3
answers_total{verb="LIST",code="\"4\\0\n4\""} 1
# HELP depth How many wait.
# TYPE depth gauge
depth 3
# HELP took_seconds How long.
# TYPE took_seconds histogram
took_seconds_bucket{verb="GET",le="0.1"} 1
took_seconds_bucket{verb="GET",le="1"} 2
took_seconds_bucket{verb="GET",le="+Inf"} 3
took_seconds_sum{verb="GET"} 7.6
took_seconds_count{verb="GET"} 3
# HELP objects What\nis kept.
# TYPE objects gauge
objects{kind="pods"} 2
objects{kind="nodes"} +Inf
`,
  );
});

test('A counter without labels is there before it counts, one with labels is not', () => {
  const metrics = createMetrics();
  metrics.counter({ name: 'bare_total', help: 'Bare.' });
  metrics.counter({ name: 'labelled_total', help: 'Labelled.', labels: ['a'] });
  assert.match(metrics.render(), /^bare_total 0$/m);
  assert.doesNotMatch(metrics.render(), /^labelled_total/m);
});

test('A name is declared once, and a series gives a value for each label', () => {
  const metrics = createMetrics();
  const counter = metrics.counter({ name: 'a_total', help: 'A.', labels: ['x', 'y'] });
  assert.throws(() => metrics.gauge({ name: 'a_total', help: 'Again.' }), /declared twice/);
  assert.throws(() => counter('one'), /has 2 labels/);
});
