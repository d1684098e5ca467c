/* shims 3: this browser lacks some features */
if (!Array.prototype.at) Array.prototype.at = function (n) { n = Math.trunc(n) || 0; return this[n < 0 ? this.length + n : n]; };
