import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { tofuEnv } from './cluster.ts';
import { spoiled, verdict, type Fault } from './samples.ts';
import { needs, proof, run, tool, type Outcome } from './tool.ts';

/** What judges infrastructure and pipelines: each accepts the good sample, and says of each fault what is wrong. */
const folder = mkdtempSync(join(tmpdir(), 'rig-infra-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Judged extends Fault {
  readonly says: RegExp;
}

describe('infrastructure', () => {
  const main = `terraform {
  required_version = ">= 1.11"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
  }
}

variable "name" {
  type = string
}

resource "aws_sqs_queue" "jobs" {
  name                       = var.name
  visibility_timeout_seconds = 60
  sqs_managed_sse_enabled    = true
}

resource "aws_sqs_queue_redrive_allow_policy" "jobs" {
  queue_url            = aws_sqs_queue.jobs.id
  redrive_allow_policy = jsonencode({ redrivePermission = "denyAll" })
}
`;
  const tests = `mock_provider "aws" {}

variables {
  name = "jobs"
}

run "named" {
  command = plan
  assert {
    condition     = aws_sqs_queue.jobs.name == "jobs"
    error_message = "the queue is not called as asked"
  }
}
`;
  const good = join(folder, 'good');
  const module = (name: string, text: string): string => {
    const path = join(folder, name.replaceAll(' ', '-'));
    if (path !== good) cpSync(good, path, { recursive: true });
    writeFileSync(join(path, 'main.tf'), text);
    writeFileSync(join(path, 'main.tftest.hcl'), tests);
    return path;
  };
  const tofu = (cwd: string, ...args: readonly string[]): Promise<Outcome> =>
    run('tofu', [...args, '-no-color'], { cwd, env: tofuEnv });

  beforeAll(async () => {
    mkdirSync(good);
    module('good', main);
    if (tool('tofu')) verdict(await tofu(good, 'init', '-input=false'), 0);
  });

  const invalid: readonly Judged[] = [
    {
      what: 'an unknown argument',
      ...{ from: 'visibility_timeout_seconds', to: 'visibility_timeout' },
      says: /An argument named "visibility_timeout" is not expected here/,
    },
    {
      what: 'a wrong type',
      ...{ from: '= 60', to: '= "soon"' },
      says: /attribute "visibility_timeout_seconds": a number is\s+required/,
    },
    {
      what: 'a missing argument',
      ...{ from: 'redrive_allow_policy =', to: '# redrive_allow_policy =' },
      says: /The argument "redrive_allow_policy" is required/,
    },
    {
      what: 'an unknown resource',
      ...{ from: '"aws_sqs_queue"', to: '"aws_queue"' },
      says: /does not support resource type\s+"aws_queue"/,
    },
  ];
  needs('tofu', 'schemaprovider')('tofu validate knows every argument, its type, and whether it is required', () =>
    proof('tofu-validate', [], async () => {
      verdict(await tofu(good, 'validate'), 0);
      for (const fault of invalid)
        verdict(await tofu(module(fault.what, spoiled(main, fault)), 'validate'), 1, fault.says);
    }),
  );

  needs('tofu', 'schemaprovider')('tofu test plans without a cloud, and says what is not as it should be', () =>
    proof('tofu-test', [], async () => {
      verdict(await tofu(good, 'test'), 0, /1 passed, 0 failed/);
      const renamed = { what: 'another name', from: '= var.name', to: '= "${var.name}-2"' };
      verdict(await tofu(module('renamed', spoiled(main, renamed)), 'test'), 1, /the queue is not called as asked/);
      // what a provider knows beyond its schema
      const twice = { what: 'two that exclude each other', from: '= 60', to: '= 60\n  name_prefix = "a"' };
      const says = /only one of \["name" "name_prefix"\] may be set/;
      verdict(await tofu(module('twice', spoiled(main, twice)), 'test'), 1, says);
    }),
  );

  needs('tofu')('tofu fmt shows what it would write', async () => {
    verdict(await tofu(good, 'fmt', '-check', '-diff'), 0, /^$/);
    const crooked = { what: 'crooked', from: '  name                       =', to: '  name =' };
    verdict(await tofu(module('crooked', spoiled(main, crooked)), 'fmt', '-check', '-diff'), 3, /\+ {2}name {23}=/);
  });

  needs('tflint')('tflint finds what is declared and not used, and what is not pinned', async () => {
    const lint = (cwd: string): Promise<Outcome> => run('tflint', [], { cwd });
    verdict(await lint(good), 0, /^$/);
    for (const { says, ...fault } of [
      { what: 'unused', from: '= var.name', to: '= "jobs"', says: /terraform_unused_declarations/ },
      { what: 'no version', from: 'version = ">= 6.0"', to: '', says: /terraform_required_providers/ },
    ])
      verdict(await lint(module(fault.what, spoiled(main, fault))), 2, says);
  });

  needs('checkov')('checkov finds what is not encrypted', () =>
    proof('checkov-tofu', [], async () => {
      const options = ['--framework', 'terraform', '--skip-download', '--compact', '--quiet', '-d'];
      const check = (path: string): Promise<Outcome> => run('checkov', [...options, path]);
      verdict(await check(good), 0, /Passed checks: [1-9]/);
      const open = { what: 'open', from: 'enabled    = true', to: 'enabled    = false' };
      verdict(await check(module('open', spoiled(main, open))), 1, /CKV_AWS_27/);
    }),
  );
});

describe('pipelines', () => {
  const workflow = `name: good
on: { pull_request: {} }
permissions: {}
concurrency: { group: "\${{ github.workflow }}-\${{ github.ref }}", cancel-in-progress: true }
jobs:
  test:
    name: test
    runs-on: ubuntu-24.04
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@0123456789012345678901234567890123456789 # v5.0.0
        with: { persist-credentials: false }
      - run: echo "$TITLE"
        env: { TITLE: "\${{ github.event.pull_request.title }}" }
`;
  const faults: readonly (Fault & {
    readonly actionlint?: RegExp;
    readonly zizmor?: RegExp;
    readonly grave?: false;
  })[] = [
    {
      what: 'a title that becomes part of a script',
      ...{ from: 'echo "$TITLE"', to: 'echo "${{ github.event.pull_request.title }}"' },
      actionlint: /"github.event.pull_request.title" is potentially untrusted/,
      zizmor: /error\[template-injection\]/,
    },
    {
      what: 'a runner that does not exist',
      ...{ from: 'ubuntu-24.04', to: 'ubuntu-24' },
      actionlint: /label "ubuntu-24" is unknown/,
    },
    {
      what: 'a script with a fault',
      ...{ from: 'echo "$TITLE"', to: 'echo $TITLE' },
      actionlint: /shellcheck reported issue in this script: SC2086/,
    },
    {
      what: 'a key that does not exist',
      ...{ from: 'permissions: {}', to: 'permission: {}' },
      actionlint: /unexpected key "permission"/,
    },
    {
      what: 'an action that is not pinned',
      ...{ from: '0123456789012345678901234567890123456789 # v5.0.0', to: 'v5' },
      zizmor: /error\[unpinned-uses\]/,
    },
    {
      what: 'a trigger that gives strangers the rights of the repository',
      ...{ from: 'pull_request: {}', to: 'pull_request_target: {}' },
      zizmor: /error\[dangerous-triggers\]/,
    },
    {
      what: 'credentials that stay behind',
      ...{ from: '        with: { persist-credentials: false }\n', to: '' },
      zizmor: /\[artipacked\]/,
      grave: false,
    },
  ];
  let files = 0;
  const file = (text: string): string => {
    const path = join(folder, `${(files += 1)}.yml`);
    writeFileSync(path, text);
    return path;
  };

  needs('actionlint', 'shellcheck')(
    'actionlint reads expressions, labels, keys, and scripts with shellcheck',
    async () => {
      verdict(await run('actionlint', [file(workflow)]), 0, /^$/);
      for (const fault of faults)
        if (fault.actionlint) verdict(await run('actionlint', [file(spoiled(workflow, fault))]), 1, fault.actionlint);
    },
  );

  needs('zizmor')('zizmor sees what an attacker would', async () => {
    const audit = (text: string): Promise<Outcome> =>
      run('zizmor', ['--offline', '--no-progress', '--color=never', file(text)]);
    verdict(await audit(workflow), 0, /No findings/);
    // its code tells the gravest finding: 13 is medium, 14 is high
    for (const fault of faults)
      if (fault.zizmor) verdict(await audit(spoiled(workflow, fault)), fault.grave === false ? 13 : 14, fault.zizmor);
  });
});
