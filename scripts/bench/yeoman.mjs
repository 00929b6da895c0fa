// One run of a generator in Yeoman's environment, in the current folder: `bare MODEL` copies MODEL with Yeoman's own
// means, `ours` is the published face. Started by the benchmark, a process each.
import { fileURLToPath } from 'node:url';
import { createEnv } from 'yeoman-environment';
import Generator from 'yeoman-generator';

const [which, model] = process.argv.slice(2);
const face = fileURLToPath(new URL('../../dist/generator-ai-deploy/generators/app/index.js', import.meta.url));

class Bare extends Generator {
  writing() {
    this.sourceRoot(model);
    this.fs.copy(this.templatePath('**'), this.destinationPath('my-rag'), { globOptions: { dot: true } });
  }
}

const env = createEnv({ skipInstall: true });
if (which === 'bare') env.register(Bare, { namespace: 'bench:app', resolved: fileURLToPath(import.meta.url) });
else env.register(face, { namespace: 'bench:app' });
await env.run(['bench:app', 'my-rag'], { yes: true, git: false, force: true, skipInstall: true });
