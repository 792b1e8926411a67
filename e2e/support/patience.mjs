/** How long anything may take before a test gives up on it: long, since a machine may be busy with other things. */

export const PATIENCE_MS = 30_000;
