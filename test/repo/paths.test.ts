import { describe, expect, test } from 'vitest';
import { checkDisk, checkPaths, flawOf } from '../../repo/paths.ts';
import { disk, memory } from './support.ts';

test.each([
  ['', 'the path is empty'],
  ['/etc/passwd', 'the path is absolute'],
  ['C:/x', 'the path is absolute'],
  ['c:x', 'the path is absolute'],
  ['\\\\host\\share', 'the path is absolute'],
  ['a\\b', 'the path has a backslash'],
  ['a\0b', 'the path has a control or invisible character'],
  ['a\nb', 'the path has a control or invisible character'],
  ['a\u007f', 'the path has a control or invisible character'],
  ['.g\u200cit/config', 'the path has a control or invisible character'],
  ['a\u202etxt', 'the path has a control or invisible character'],
  ['a\ud800', 'the path has a control or invisible character'],
  ['a?.txt', 'the path has a character that Windows refuses'],
  ['notes:stream', 'the path has a character that Windows refuses'],
  ['..', 'the path leaves the folder'],
  ['a/../../b', 'the path leaves the folder'],
  ['a//b', 'the path has an empty part'],
  ['./a', 'the path has an empty part'],
  ['a/', 'the path has an empty part'],
  ['.git/hooks/pre-commit', 'the path is inside .git'],
  ['sub/.GIT/config', 'the path is inside .git'],
  ['git~1/config', 'the path is inside .git'],
  ['a./b', 'a part of the path ends in a dot or a space'],
  ['a /b', 'a part of the path ends in a dot or a space'],
  ['aux', 'a part of the path is a device on Windows'],
  ['docs/Con.md', 'a part of the path is a device on Windows'],
  ['com1.tar.gz', 'a part of the path is a device on Windows'],
  ['LPT².txt', 'a part of the path is a device on Windows'],
  [`${'é'.repeat(128)}/x`, 'a part of the path is longer than 255 bytes'],
])('%j is refused: %s', (path, because) => {
  expect(flawOf(path)).toBe(because);
  expect(checkPaths([path])).toMatchObject([{ code: 'blocked', path, because }]);
});

test.each([
  'a',
  '.gitignore',
  '.github/workflows/ci.yml',
  'app/[id].py',
  'console/x',
  'com10',
  'a b/ü.md',
  '.gitkeep',
  'x'.repeat(255),
])('%j is fine', (path) => {
  expect(flawOf(path)).toBeUndefined();
});

describe('paths beside each other', () => {
  test.each([
    [['README.md', 'readme.md'], 'differs from README.md only by case'],
    [['App/a', 'app/b'], 'differs from App only by case'],
    [['caf\u00e9', 'cafe\u0301'], 'differs from caf\u00e9 only by case'],
    [['a', 'a/b'], 'a is needed twice, or as a file and as a folder'],
    [['a/b', 'a'], 'a is needed twice, or as a file and as a folder'],
    [['a', 'a'], 'a is needed twice, or as a file and as a folder'],
  ])('%j: %s', (paths, because) => {
    expect(checkPaths(paths).map((problem) => problem.because)).toEqual([because]);
  });

  test('every problem is reported, and none where there is none', () => {
    expect(checkPaths(['a/b', 'a/c', 'd']).length).toBe(0);
    expect(checkPaths(['../a', 'b', 'B', 'nul']).map(({ path }) => path)).toEqual(['../a', 'B', 'nul']);
  });
});

describe('paths and what is on the disk', () => {
  const fs = memory({ '/r/app/main.py': '', '/r/docs/a.md': '', '/outside/': '' });
  disk(fs).symlinkSync('/outside', '/r/link');
  disk(fs).symlinkSync('/nowhere', '/r/dangling');

  test.each([
    [['app/main.py', 'app/new/x.py', 'new'], []],
    [['link/x'], [['link', 'a symlink stands where a folder is needed']]],
    [['link/x', 'link/y/z'], [['link', 'a symlink stands where a folder is needed']]],
    [['dangling'], [['dangling', 'a symlink stands where a file is needed']]],
    [['app/main.py/x'], [['app/main.py', 'a file stands where a folder is needed']]],
    [['docs'], [['docs', 'a folder stands where a file is needed']]],
    [['App/x'], [['App', 'app is there already and differs only by case']]],
    [['docs/A.md'], [['docs/A.md', 'a.md is there already and differs only by case']]],
  ])('%j', (paths, problems) => {
    expect(checkDisk(fs, '/r', paths).map(({ path, because }) => [path, because])).toEqual(problems);
  });
});
