// Says whether src/envoy/gen/ was made from the generator as it is now, and was not edited since.
import { readFileSync } from 'node:fs';

import { hashInputs, hashOutputs, lockFile } from './gen-envoy-types/lock.mjs';

const { inputs, outputs } = JSON.parse(readFileSync(lockFile, 'utf8'));
if (inputs !== hashInputs() || outputs !== hashOutputs()) {
  process.stderr.write('src/envoy/gen/ is not what its generator makes: run `npm run gen:envoy`\n');
  process.exitCode = 1;
}
