import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CannotStart, openDataFolder } from './data-folder.ts';

const scratch = mkdtempSync(join(tmpdir(), 'youdian-folder-'));
after(() => rmSync(scratch, { recursive: true }));
let count = 0;
const newFolder = () => join(scratch, String((count += 1)));

test('one platform at a time runs on a folder', () => {
  const path = newFolder();
  const folder = openDataFolder(path, false);
  assert.throws(() => openDataFolder(path, false), CannotStart);
  folder.release();
  openDataFolder(path, false).release();
});

test('the lock of a process that is gone is no lock, also when its number was given to another one', () => {
  const path = newFolder();
  openDataFolder(path, false);
  for (const owner of [{ pid: 2 ** 22 + 1, started: 'Mon Jan  1 00:00:00 2024' }, { pid: process.pid, started: 'Mon Jan  1 00:00:00 2024' }]) {
    writeFileSync(join(path, 'lock.json'), JSON.stringify(owner));
    openDataFolder(path, false);
  }
});

test('a fresh start empties a folder of ours and leaves any other alone', () => {
  const path = newFolder();
  const folder = openDataFolder(path, false);
  writeFileSync(folder.at('town.json'), '{}');
  folder.release();
  openDataFolder(path, false).release();
  assert.ok(existsSync(folder.at('town.json')));
  openDataFolder(path, true).release();
  assert.ok(!existsSync(folder.at('town.json')));

  writeFileSync(join(scratch, 'precious.txt'), 'mine');
  assert.throws(() => openDataFolder(scratch, true), CannotStart);
  assert.equal(readFileSync(join(scratch, 'precious.txt'), 'utf8'), 'mine');
});

test('the key of personal data is made once, and only its owner can read it', () => {
  const path = newFolder();
  const folder = openDataFolder(path, false);
  const key = folder.personalDataKey();
  assert.equal(Buffer.from(key, 'base64').length, 32);
  assert.equal(statSync(folder.at('personal-data.key')).mode & 0o777, 0o600);
  folder.release();
  assert.equal(openDataFolder(path, false).personalDataKey(), key);
});

test('what a killed start left running is ended by the next start, and nothing else is', async () => {
  const path = newFolder();
  const folder = openDataFolder(path, false);
  const [left, stranger] = [0, 1].map(() => spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' }));
  folder.remember(left!.pid);
  writeFileSync(join(path, 'processes.json'), JSON.stringify([...JSON.parse(readFileSync(join(path, 'processes.json'), 'utf8')), { pid: stranger!.pid, started: 'Mon Jan  1 00:00:00 2024' }]));
  rmSync(join(path, 'lock.json'));
  const ended = once(left!, 'exit');
  openDataFolder(path, false).release();
  assert.deepEqual(await ended, [null, 'SIGKILL']);
  assert.equal(stranger!.exitCode, null);
  stranger!.kill();
});
