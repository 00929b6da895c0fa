import {
  asOperand,
  exits,
  finish,
  flags,
  isGivenUp,
  mayAsk,
  nearest,
  nodeIo,
  openStock,
  paint,
  parse,
  prepare,
  refusal,
  spell,
  switches,
  tell,
  type Io,
  type Outcome,
  type Prepared,
} from 'create-ai-deploy/engine';
import Generator from 'yeoman-generator';

type Given = Readonly<Record<string, unknown>>;

/** yo prints the message of an error, and ends with its code. */
const failure = (message: string, code: number): Error => Object.assign(new Error(message), { code });
const refuse = (outcome: Outcome, { stderr, env }: Io): Error =>
  failure(refusal(outcome, paint(stderr, env)).trimEnd(), outcome.exit);

const stock = await openStock();
const all = flags(stock.catalog);
/** Without what yo says itself (help, version), what only a script wants (json), and what yo spells otherwise (no-git). */
const ours = Object.entries(switches).filter(([name]) => !['help', 'version', 'json', 'no-git'].includes(name));

/** `yo ai-deploy [dir]`: the flags, questions and files of create-ai-deploy. Nothing goes through Yeoman's own writing. */
export default class extends Generator {
  readonly #given: Given;
  #prepared: Prepared | undefined;

  constructor(args: string[], options: ConstructorParameters<typeof Generator>[1]) {
    // Our own (empty) installation step: otherwise Yeoman looks for a package.json that changed.
    super(args, options, { customInstallTask: true });
    this.#given = { ...options };
    this.description = 'A complete production-grade repository for an AI service';
    this.argument('dir', { type: String, required: false, description: 'folder of the new repository' });
    for (const { name, ask, takes, default: usual } of all)
      this.option(name, { type: String, description: `${ask} [${usual}]: ${takes}` });
    for (const [name, { says, ...rest }] of ours)
      this.option(name, { type: 'takes' in rest ? String : Boolean, description: says });
    this.option('git', { type: Boolean, default: true, description: `--no-git: ${switches['no-git'].says}` });
  }

  async prompting(): Promise<void> {
    const request = parse(this.#words(), all);
    const io = this.#io();
    const ask = mayAsk(request, io) ? (questions: unknown) => this.prompt(questions as never) : undefined;
    try {
      const prepared = await prepare(request, io, stock, ask);
      if ('problems' in prepared) throw refuse(prepared, io);
      this.#prepared = prepared;
    } catch (error) {
      throw isGivenUp(error) ? failure('Interrupted; nothing was written.', exits.interrupted) : error;
    }
  }

  async writing(): Promise<void> {
    if (!this.#prepared) return;
    const io = this.#io();
    const outcome = await finish(this.#prepared, io, stock);
    if (outcome.problems.length > 0) throw refuse(outcome, io);
    tell(outcome, io);
    process.exitCode = outcome.exit;
  }

  #io(): Io {
    return Object.defineProperty(nodeIo([]), 'cwd', { value: this.destinationRoot() });
  }

  /** What Yeoman has parsed, spelled as a command line again: one parser judges both faces. */
  #words(): string[] {
    const { namespace, ...others } = { ...this.options, ...this.#given } as Given;
    // Yeoman keeps the generator's own name here, with a colon in it; without one it is an answer.
    const given: Given = String(namespace).includes(':') ? others : { ...others, namespace };
    const word = ([name, value]: readonly [string, unknown]): string[] =>
      value === undefined || value === false ? [] : value === true ? [`--${name}`] : [`--${name}=${spell(value)}`];
    const names = [...all.map(({ name }) => name), ...Object.keys(switches), 'git'];
    const values = [
      ...all.map(({ id, name }) => [name, given[id] ?? given[name]] as const),
      ...ours.map(([name]) => [name, given[name]] as const),
      ['no-git', given.git === false] as const,
    ];
    // yo takes any flag; what looks like a slip in one of ours must not be ignored.
    const typed = process.argv.filter((one) => one.startsWith('--')).map((one) => one.slice(2).replace(/=.*/s, ''));
    const slips = typed.filter((name) => !names.includes(name) && nearest(name, names) !== undefined);
    const dir = this.args[0] ?? given.dir;
    const operand = typeof dir === 'string' ? ['--', asOperand(dir)] : [];
    return [...[...values, ...slips.map((name) => [name, given[name] ?? true] as const)].flatMap(word), ...operand];
  }
}
