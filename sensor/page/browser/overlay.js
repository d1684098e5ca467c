// Called on the element of a frame, in our own world: what a press on the frame would meet instead of it.
function () {
  const around = new Set([this]);
  const roots = new Map();
  for (let e = this; e; ) {
    const root = e.getRootNode();
    if (root instanceof ShadowRoot) roots.set(root.host, root);
    for (let a = e; a; a = a.parentElement ?? a.assignedSlot) around.add(a);
    e = root instanceof ShadowRoot ? root.host : null;
  }
  const box = this.getBoundingClientRect();
  const layers = new Set();
  for (let i = 1; i < 8; i++) {
    for (let j = 1; j < 8; j++) {
      const x = box.left + box.width * i / 8, y = box.top + box.height * j / 8;
      if (x < 0 || y < 0 || x >= innerWidth || y >= innerHeight) continue;
      let hit = document.elementFromPoint(x, y);
      for (let n = 0; n < 20 && hit && hit !== this && roots.has(hit); n++) hit = roots.get(hit).elementFromPoint(x, y);
      if (!hit || around.has(hit)) continue;
      while (hit.parentElement && !around.has(hit.parentElement)) hit = hit.parentElement;
      layers.add(hit);
    }
  }
  return [...layers].slice(0, 6);
}
