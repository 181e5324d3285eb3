import { isObject } from '../../schema/json.ts';

interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

/** A selector in the language of `kubectl -l`: of a LabelSelector, or of a plain map of labels. */
export const renderSelector = (selector: unknown): string => {
  if (!isObject(selector)) return '';
  const labelled = 'matchLabels' in selector || 'matchExpressions' in selector;
  const labels = labelled ? (isObject(selector.matchLabels) ? selector.matchLabels : {}) : selector;
  const expressions = labelled && Array.isArray(selector.matchExpressions) ? selector.matchExpressions : [];
  const equal = Object.entries(labels).map(([key, value]) => ({ key, text: `${key}=${String(value)}` }));
  const others = (expressions as Expression[]).map((one) => ({ key: one.key, text: expressionText(one) }));
  return [...equal, ...others]
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text)
    .join(',');
};

const expressionText = ({ key, operator, values = [] }: Expression): string => {
  const list = [...values].sort().join(',');
  switch (operator) {
    case 'In':
      return `${key} in (${list})`;
    case 'NotIn':
      return `${key} notin (${list})`;
    case 'DoesNotExist':
      return `!${key}`;
    default:
      return key;
  }
};

/** For a person's eyes: nothing is said as `<none>`. */
export const selectorText = (selector: unknown): string => renderSelector(selector) || '<none>';
