import { describeDriver } from '../process/driver.conformance.ts';
import { whyNoContainers } from './busybox.fixture.ts';

describeDriver({
  name: 'The driver of images with a root of their own',
  skip: whyNoContainers,
  module: new URL('./driver.fixture.ts', import.meta.url),
});
