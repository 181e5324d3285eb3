import { decodeTyped } from '../decode.ts';
import type { Conversion } from '../definition.ts';
import type { JsonObject } from '../json.ts';
import type { Schema } from '../structural.ts';
import { autoscalerFromStored, autoscalerToStored } from './autoscaler.ts';
import { eventFieldStored, eventFromStored, eventToStored } from './event.ts';

/** How a type is another one with fields of other names. */
interface Rule {
  /** The type in which objects are stored, and which the rules of the kind are about. */
  readonly stored: string;
  readonly toStored: (object: JsonObject) => JsonObject;
  readonly fromStored: (object: JsonObject) => JsonObject;
  /** Where the stored type has a field that objects are selected by. */
  readonly fieldStored?: (path: string) => string;
  /** Fields whose default the conversion decides, as it depends on what is elsewhere. */
  readonly decided?: readonly string[];
}

/** By the type that is converted. */
export const conversionRules: Readonly<Record<string, Rule>> = {
  'autoscaling.v1.HorizontalPodAutoscaler': {
    stored: 'autoscaling.v2.HorizontalPodAutoscaler',
    toStored: autoscalerToStored,
    fromStored: autoscalerFromStored,
    decided: ['spec.targetCPUUtilizationPercentage'],
  },
  'events.v1.Event': {
    stored: 'core.v1.Event',
    toStored: eventToStored,
    fromStored: eventFromStored,
    fieldStored: eventFieldStored,
  },
};

/** One side of a conversion: its version, and what that writes of what is empty. */
interface Side {
  readonly type: string;
  readonly apiVersion: string;
  readonly schema: () => Schema;
}

/** By the rule for a type; what comes out is as if it had been sent in that version. */
export const conversionOf = (sides: { readonly own: Side; readonly stored: Side }): Conversion => {
  const { own, stored } = sides;
  const rule = conversionRules[own.type];
  if (rule === undefined) throw new Error(`no conversion of ${own.type}`);
  return {
    toStored: (object) => inForm(stored, rule.toStored(object)),
    fromStored: (object) => inForm(own, rule.fromStored(object)),
  };
};

/** The type comes first, so that a list can cut it off. Metadata are the same in all versions. */
const inForm = ({ apiVersion, schema }: Side, object: JsonObject): JsonObject => {
  const { kind, metadata, apiVersion: _version, ...content } = object;
  const { metadata: _empty, ...formed } = decodeTyped(schema(), content).value as JsonObject;
  return { kind, apiVersion, metadata, ...formed };
};
