var d = new Date(), h = d.getHours();
document.querySelector('#phone').textContent = h >= 9 && h < 18 && d.getDay() % 6 ? 'Call us now' : 'We are back tomorrow';
