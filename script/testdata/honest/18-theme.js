var accent = getComputedStyle(document.documentElement).getPropertyValue('--accent').trim();
document.querySelectorAll('canvas.chart').forEach(function (c) { var x = c.getContext('2d'); x.fillStyle = accent || '#333'; x.fillRect(0, 0, 10, 10); });
