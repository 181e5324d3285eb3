import type { ProgressEvent } from './event.ts';

/** The lines that a pusher sees for an event, without line ends. */
export const renderProgress = (event: ProgressEvent): string[] => {
  switch (event.type) {
    case 'phase':
      return [`-----> ${event.text}`];
    case 'log':
      return [`       ${event.text}`];
    case 'end':
      return event.ok
        ? [`-----> ${event.text}`, ...(event.url === undefined ? [] : [`       ${event.url}`])]
        : event.text.split('\n').map((line, index) => (index === 0 ? `✘ ${line}` : line));
    default:
      throw new TypeError(`unknown event ${event satisfies never}`);
  }
};
