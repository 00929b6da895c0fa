// One run of a generator in Yeoman's environment, in the current folder: `bare FOLDER` copies the folder with Yeoman's
// own means, `ours FILE` is the published face. Started by the benchmark, a process each.
import { fileURLToPath } from 'node:url';
import { createEnv } from 'yeoman-environment';
import Generator from 'yeoman-generator';

const [which, path] = process.argv.slice(2);

class Bare extends Generator {
  writing() {
    this.sourceRoot(path);
    this.fs.copy(this.templatePath('**'), this.destinationPath('my-rag'), { globOptions: { dot: true } });
  }
}

const env = createEnv({ skipInstall: true });
if (which === 'bare') env.register(Bare, { namespace: 'bench:app', resolved: fileURLToPath(import.meta.url) });
else env.register(path, { namespace: 'bench:app' });
await env.run(['bench:app', 'my-rag'], { yes: true, git: false, force: true, skipInstall: true });
