import { resolveSyncHost } from "./sync-host.js";

// For `node --import @sfs3/local/sync-host`, in processes other than the stack's own.
resolveSyncHost();
