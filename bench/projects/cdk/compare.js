// AWS CDK's comparison of templates, as `cdk diff --require-approval broadening` asks it.
//
// In: {"repeats": n, "pairs": [{"before": template, "after": template}]}.
// Out, for each pair: {"changed": ..., "broadened": ..., "seconds": [...]}, without parsing and printing.
import { readFileSync } from 'node:fs';
import { fullDiff } from '@aws-cdk/cloudformation-diff';

const { pairs, repeats } = JSON.parse(readFileSync(0, 'utf8'));
const answers = pairs.map(({ before, after }) => {
  const seconds = [];
  let changed;
  let broadened;
  for (let turn = 0; turn < repeats; turn += 1) {
    const [left, right] = [structuredClone(before), structuredClone(after)];
    const started = process.hrtime.bigint();
    const diff = fullDiff(left, right);
    changed = diff.permissionsAnyChanges;
    broadened = diff.permissionsBroadened;
    seconds.push(Number(process.hrtime.bigint() - started) / 1e9);
  }
  return { changed, broadened, seconds };
});
process.stdout.write(JSON.stringify(answers));
