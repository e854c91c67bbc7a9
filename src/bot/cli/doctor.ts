// `handful doctor`: what works here, what could be better, what is broken, and what to do about each.

import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import path from 'node:path';
import { displayPath, type EngineDescription, isUserError, openStore } from '../../engine/index.js';
import { systemClock } from '../clock.js';
import type { Config } from '../config.js';
import { LOCAL_SPACE } from '../local/speaker.js';
import { createWorkspace } from '../workspace/index.js';
import type { ExitCode } from './exit.js';
import { makeHome, openEngine } from './open.js';

/** ✓ works · ~ could be better · – not in use · ✗ broken */
export interface Finding {
  readonly mark: '✓' | '~' | '–' | '✗';
  readonly text: string;
}

const LEAST_NODE = [20, 19] as const;
/** What a training of the embedded encoder takes, both threads together. */
const LEAST_FREE_MEMORY_BYTES = 1.5e9;
const LEAST_FREE_DISK_BYTES = 100e6;

export async function doctor(config: Config): Promise<ExitCode> {
  const findings = [
    checkNode(process.versions.node),
    ...(await checkStore(config)),
    ...(await checkEngine(config)),
    checkMemory({ free: freemem(), total: totalmem() }),
    checkTraining(config),
    checkDiscord(config),
  ];
  process.stdout.write(`${findings.map(({ mark, text }) => `${mark} ${text}`).join('\n')}\n`);
  return findings.some(({ mark }) => mark === '✗') ? 1 : 0;
}

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const old = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  return old
    ? { mark: '✗', text: `Node ${version}: Handful needs ${LEAST_NODE.join('.')} or newer → https://nodejs.org` }
    : { mark: '✓', text: `Node ${version}` };
}

async function checkStore(config: Config): Promise<Finding[]> {
  try {
    if (config.store !== 'memory:') makeHome(config.home);
    const store = await openStore(config.store);
    try {
      const workspace = createWorkspace({ store, clock: systemClock, ids: () => '' });
      const tasks = await workspace.tasks(LOCAL_SPACE);
      const counts = await Promise.all(tasks.map((task) => workspace.counts(task)));
      const examples = counts.reduce((sum, { total }) => sum + total, 0);
      return [
        { mark: '✓', text: `store ${displayPath(store.location)} (tasks: ${tasks.length}, examples: ${examples})` },
        ...(await checkDisk(config)),
      ];
    } finally {
      await store.close();
    }
  } catch (error) {
    // Another process that holds the store is a chat at work, not a fault.
    const mark = isUserError(error) && 'pid' in error.details ? '~' : '✗';
    return [{ mark, text: `store: ${reason(error)}` }];
  }
}

async function checkDisk({ store }: Config): Promise<Finding[]> {
  if (store === 'memory:') return [];
  const { bavail, bsize } = await statfs(path.dirname(store));
  const free = bavail * bsize;
  if (free >= LEAST_FREE_DISK_BYTES) return [];
  return [{ mark: '~', text: `${Math.round(free / 1e6)} MB free on the disk of the store → free some space` }];
}

async function checkEngine(config: Config): Promise<Finding[]> {
  try {
    const engine = await openEngine(config);
    try {
      return engineFindings(await engine.describe());
    } finally {
      await engine.close();
    }
  } catch (error) {
    return [{ mark: '✗', text: `encoder ${config.encoder}: ${reason(error)}` }];
  }
}

export function engineFindings({ encoder, backend }: EngineDescription): Finding[] {
  return [
    { mark: '✓', text: `encoder ${encoder}` },
    { mark: backend.better.length === 0 ? '✓' : '~', text: `backend ${backend.name}` },
    ...backend.better.map(
      ({ name, why, help }): Finding => ({
        mark: '~',
        text: `  ${name} would be faster: ${why}${help === '' ? '' : ` → ${help}`}`,
      }),
    ),
  ];
}

export function checkMemory({ free, total }: { free: number; total: number }): Finding {
  const text = `memory ${(free / 1e9).toFixed(1)} GB free of ${(total / 1e9).toFixed(1)} GB`;
  return free >= LEAST_FREE_MEMORY_BYTES
    ? { mark: '✓', text }
    : {
        mark: '~',
        text: `${text}: training takes up to ${LEAST_FREE_MEMORY_BYTES / 1e9} GB → close other programs, or HANDFUL_THREADS=1`,
      };
}

function checkTraining({ training, budgetSeconds }: Config): Finding {
  return training
    ? { mark: '✓', text: `training on (at most ${budgetSeconds} s a run)` }
    : { mark: '–', text: 'training off: answers come from the examples in context → HANDFUL_TRAINING=on' };
}

function checkDiscord({ discord }: Config): Finding {
  return discord
    ? {
        mark: '~',
        text: 'Discord: DISCORD_TOKEN is set, but this version has no Discord bot yet; the local chat works',
      }
    : { mark: '–', text: 'Discord: DISCORD_TOKEN is not set; the local chat works without it' };
}

function reason(error: unknown): string {
  return isUserError(error) ? error.message : error instanceof Error ? error.message : String(error);
}
