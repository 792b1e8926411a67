/**
 * What the widget remembers on this device, per tenant and signed-in visitor.
 *
 * Where the browser refuses (private mode, blocked storage, quota) values live as long as the page:
 * the chat still works, it only does not survive a reload.
 */

export class Storage {
  #prefix;
  /** @type {Map<string, string>} */
  #unsaved = new Map();

  /**
   * @param {string} tenant
   * @param {string} [visitor] something that only this visitor has; without it, whoever uses the device
   */
  constructor(tenant, visitor) {
    this.#prefix = visitor ? `frontdesk/${tenant}@${visitor}/` : `frontdesk/${tenant}/`;
  }

  /**
   * @param {string} key
   * @returns {any} the value set last, or null
   */
  get(key) {
    const text = this.#unsaved.get(key) ?? this.#read(key);
    try {
      return text === null ? null : JSON.parse(text);
    } catch {
      return null; // edited by hand or by another program: as good as absent
    }
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  set(key, value) {
    const text = JSON.stringify(value);
    try {
      localStorage.setItem(this.#prefix + key, text);
      this.#unsaved.delete(key);
    } catch {
      this.#unsaved.set(key, text);
    }
  }

  /** @param {string} key */
  remove(key) {
    this.#unsaved.delete(key);
    try {
      localStorage.removeItem(this.#prefix + key);
    } catch {
      // Nothing could have been stored there.
    }
  }

  /**
   * @param {string} start
   * @returns {string[]} every key with this beginning, in no order
   */
  keys(start) {
    const keys = new Set([...this.#unsaved.keys()]);
    try {
      for (const key of Object.keys(localStorage)) {
        if (key.startsWith(this.#prefix)) keys.add(key.slice(this.#prefix.length));
      }
    } catch {
      // Only what this page holds, then.
    }
    return [...keys].filter((key) => key.startsWith(start));
  }

  /** Forgets everything. */
  clear() {
    for (const key of this.keys('')) this.remove(key);
  }

  /**
   * Tells when another tab changed a value.
   *
   * @param {(key: string) => void} listener
   * @param {AbortSignal} signal ends it
   */
  onChange(listener, signal) {
    addEventListener(
      'storage',
      ({ key }) => {
        if (key?.startsWith(this.#prefix)) listener(key.slice(this.#prefix.length));
      },
      { signal },
    );
  }

  /** @param {string} key */
  #read(key) {
    try {
      return localStorage.getItem(this.#prefix + key);
    } catch {
      return null;
    }
  }
}
