/** Runs the binary under test: FRONTDESK_BIN, on a free port, with a data directory of its own. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually.mjs';

const READY_WITHIN_MS = 20_000;
const STOP_WITHIN_MS = 20_000;
const ADMIN_TOKEN = 'browser-tests-0123456789abcdef0123456789abcdef';
const LOG_LENGTH_MAX = 20_000;

export class FrontdeskServer {
  #binary;
  #port;
  #data;
  #log = '';
  #settings;
  /** @type {import('node:child_process').ChildProcess | null} */
  #process = null;

  /**
   * @param {string} binary
   * @param {number} port
   * @param {string} data
   * @param {Record<string, string>} settings
   */
  constructor(binary, port, data, settings) {
    this.#binary = binary;
    this.#port = port;
    this.#data = data;
    this.#settings = settings;
  }

  /**
   * Starts a server on an empty data directory.
   *
   * @param {Record<string, string>} [settings] of the environment
   */
  static async start(settings = {}) {
    const named = process.env.FRONTDESK_BIN;
    assert(named, 'FRONTDESK_BIN must name the binary under test');
    const binary = resolve(named);
    await access(binary);
    const data = await mkdtemp(join(tmpdir(), 'frontdesk-browser-'));
    const server = new FrontdeskServer(binary, await freePort(), data, settings);
    await server.run();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What the server last wrote. */
  get log() {
    return this.#log;
  }

  /** Runs the binary and waits until it is ready to work. */
  async run() {
    const child = spawn(this.#binary, [], {
      cwd: this.#data,
      // Nothing of the outside: neither another database nor a provider's credentials.
      env: {
        PATH: process.env.PATH,
        HOME: this.#data,
        FRONTDESK_DATA: this.#data,
        FRONTDESK_LISTEN: `127.0.0.1:${this.#port}`,
        FRONTDESK_ADMIN_TOKEN: ADMIN_TOKEN,
        ...this.#settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => (this.#log = (this.#log + chunk).slice(-LOG_LENGTH_MAX)));
    }
    await eventually(
      async () => {
        assert.equal(child.exitCode, null, `the server ended at start:\n${this.#log}`);
        const response = await fetch(`${this.url}/ready`).catch(() => null);
        assert(response?.ok, `the server is not ready:\n${this.#log}`);
      },
      { withinMs: READY_WITHIN_MS },
    );
  }

  /**
   * Runs a command of the same binary on the same data, to its end.
   *
   * @param {string[]} args
   */
  async command(args) {
    const env = { PATH: process.env.PATH, HOME: this.#data, FRONTDESK_DATA: this.#data };
    const child = spawn(this.#binary, args, { cwd: this.#data, env, stdio: ['ignore', 'inherit', 'inherit'] });
    const [code] = await once(child, 'exit');
    assert.equal(code, 0, args.join(' '));
  }

  /** Ends the process at this instant, as a power cut would. */
  async kill() {
    await this.#end('SIGKILL');
  }

  /** Ends the process and removes its data. */
  async dispose() {
    await this.#end('SIGTERM');
    await rm(this.#data, { recursive: true });
  }

  /**
   * @param {string} path of the API
   * @returns {Promise<any>}
   */
  async api(path) {
    const response = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${ADMIN_TOKEN}` } });
    assert(response.ok, `GET ${path} answered ${response.status}`);
    return response.json();
  }

  /**
   * @param {string} path of the API
   * @param {object} body
   * @returns {Promise<any>}
   */
  async post(path, body) {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
    const response = await fetch(`${this.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    assert(response.ok, `POST ${path} answered ${response.status}`);
    return response.json();
  }

  /**
   * Adds a tenant, or changes one, and waits until the server knows.
   *
   * @param {string} id
   * @param {string} manifest
   */
  async putTenant(id, manifest) {
    const child = spawn(this.#binary, ['tenant', 'import', id, '-'], {
      cwd: this.#data,
      env: { PATH: process.env.PATH, HOME: this.#data, FRONTDESK_DATA: this.#data },
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let complaint = '';
    child.stderr.on('data', (chunk) => (complaint += chunk));
    child.stdin.end(manifest);
    const [code] = await once(child, 'exit');
    assert.equal(code, 0, complaint);
    await eventually(async () => {
      const response = await fetch(`${this.url}/api/v1/public/widget/${id}`);
      assert(response.ok, `the tenant ${id} is not served`);
    });
  }

  /** @param {NodeJS.Signals} signal */
  async #end(signal) {
    const child = this.#process;
    this.#process = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    const lastResort = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(lastResort);
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  assert(address && typeof address === 'object');
  probe.close();
  await once(probe, 'close');
  return address.port;
}
