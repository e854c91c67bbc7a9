// `handful doctor`: what works here, what could be better, what is broken, and what to do about each.

import { statfs } from 'node:fs/promises';
import { freemem, totalmem } from 'node:os';
import path from 'node:path';
import { displayPath, type EngineDescription, isUserError, openStore } from '../../engine/index.js';
import { systemClock } from '../clock.js';
import type { Config, Environment } from '../config.js';
import { openLanguageModel } from '../language-model/open.js';
import { LOCAL_SPACE } from '../local/speaker.js';
import { createWorkspace } from '../workspace/index.js';
import { backendFindings } from './backend-findings.js';
import type { ExitCode } from './exit.js';
import type { Finding } from './finding.js';
import { findNvidia, type Nvidia } from './nvidia.js';
import { makeHome, openEngine } from './open.js';

const LEAST_NODE = [20, 19] as const;
/** What a training of the embedded encoder takes, both threads together. */
const LEAST_FREE_MEMORY_BYTES = 1.5e9;
const LEAST_FREE_DISK_BYTES = 100e6;

export async function doctor(config: Config, environment: Environment): Promise<ExitCode> {
  const findings = [
    checkNode(process.versions.node),
    ...(await checkStore(config)),
    ...(await checkEngine(config)),
    ...(await checkLanguageModel(config, environment)),
    checkMemory({ free: freemem(), total: totalmem() }),
    checkTraining(config),
    ...(await discordFindings(config, environment)),
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
      return engineFindings(await engine.describe(), config.backend, findNvidia());
    } finally {
      await engine.close();
    }
  } catch (error) {
    return [{ mark: '✗', text: `encoder ${config.encoder}: ${reason(error)}` }];
  }
}

export const engineFindings = (
  { encoder, backend }: EngineDescription,
  wanted: Config['backend'],
  nvidia: Nvidia | null,
): Finding[] => [{ mark: '✓', text: `encoder ${encoder}` }, ...backendFindings(backend, wanted, nvidia)];

/** Loads it, or asks the server, and lets it read a word: which model it is and whether it answers. */
export async function checkLanguageModel(config: Config, environment: Environment): Promise<Finding[]> {
  try {
    const model = openLanguageModel(config, environment);
    if (model === null) return [{ mark: '~', text: 'no language model → HANDFUL_LLM=… (README, "Language models")' }];
    try {
      const { contextSize, canScore } = await model.ready();
      await model.chooseAmong('Is water wet? Answer yes or no:', ['yes', 'no']);
      const { name, usage, weights } = model.describe();
      const kind = weights === null ? '' : `, ${weights.dtype} on ${weights.device}`;
      const seconds = ((usage.lastMs ?? 0) / 1000).toFixed(1);
      const text = `language model ${name} (context ${contextSize} tokens${kind}; answered in ${seconds} s)`;
      const silent = { mark: '~', text: '  it gives no log-probabilities: answers of prompts are less sure' } as const;
      return [{ mark: '✓', text }, ...(canScore ? [] : [silent])];
    } finally {
      await model.close();
    }
  } catch (error) {
    // The chat goes on with the examples alone, so nothing is broken.
    return [{ mark: '~', text: `language model: ${reason(error)} Until then answers come from examples alone.` }];
  }
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

async function discordFindings({ discord }: Config, environment: Environment): Promise<Finding[]> {
  const token = environment.DISCORD_TOKEN?.trim();
  if (discord === null || !token) {
    return [{ mark: '–', text: 'Discord: DISCORD_TOKEN is not set; the local chat works without it' }];
  }
  return (await import('../discord/check.js')).checkDiscord(discord, token);
}

function reason(error: unknown): string {
  return isUserError(error) ? error.message : error instanceof Error ? error.message : String(error);
}
