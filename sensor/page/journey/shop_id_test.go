package journey_test

import (
	"net/http"
	"testing"
)

// TestTilesIndonesian walks a shop in Indonesian: an age gate, a button that buys at once, regions that depend on each
// other and are drawn lists, couriers and ways to pay as tiles, and a card window of its own.
func TestTilesIndonesian(t *testing.T) {
	t.Parallel()
	s := newShop(t, "tiles-id")
	head := `<header><a href="/">Toko Kopi</a><nav><a href="/produk">Produk</a><a href="/tentang">Tentang Kami</a><a href="/masuk">Masuk</a><a href="/daftar">Daftar</a><a href="/keranjang" class="keranjang">Keranjang <span class="badge count">0</span></a></nav></header>`
	s.page("GET /{$}", "Toko Kopi", func(*http.Request) string {
		return head + `<main><h1>Kopi Nusantara</h1></main><div id="usia" style="position:fixed;inset:0;background:#222;color:#fff;z-index:9"><p>Apakah Anda berusia 18 tahun ke atas?</p><button onclick="location='https://example.invalid/'">Tidak</button><button onclick="usia.remove()">Ya</button></div>`
	})
	s.page("GET /produk", "Produk", func(*http.Request) string {
		return head + `<main><h1>Semua Produk</h1><div class="grid"><div class="item"><a href="/produk/gayo"><img src="data:,"><b>Gayo 250g</b></a><p>Rp 95.000</p></div><div class="item"><a href="/produk/toraja"><img src="data:,"><b>Toraja</b></a><p>Rp 105.000</p><p>Stok habis</p></div></div></main>`
	})
	s.page("GET /produk/gayo", "Gayo 250g", func(*http.Request) string {
		return head + `<main><h1>Gayo 250g</h1><p>Rp95.000</p><p>Pilih Varian</p><div class="varian"><button type="button" class="opsi" onclick="pilih(this)">Biji</button><button type="button" class="opsi" onclick="pilih(this)">Bubuk</button></div><button type="button" id="beli" disabled onclick="fetch('/tambah',{method:'POST'}).then(()=>location='/checkout')">Beli Sekarang</button> <button type="button">Chat Penjual</button></main><script>const pilih = b => { b.classList.add('active'); beli.disabled = false; }</script>`
	})
	s.page("POST /tambah", "", func(*http.Request) string { s.put(); return "" })
	s.page("GET /checkout", "Checkout", func(*http.Request) string {
		if s.inCart() == 0 {
			return "→/keranjang"
		}
		return `<main><h1>Pengiriman</h1><form id="f" novalidate><label>Nama Penerima<input name="nama"></label><label>Nomor HP<input name="hp" type="tel" placeholder="08xxxxxxxxxx"></label><label>Email<input name="email"></label>
		<div class="baris"><span>Provinsi</span><div role="combobox" tabindex="0" aria-haspopup="listbox" aria-label="Provinsi" id="prov" style="border:1px solid;width:200px;cursor:pointer">Pilih Provinsi</div></div>
		<div class="baris"><span>Kota/Kabupaten</span><select name="kota" id="kota"><option value="">Pilih Kota/Kabupaten</option></select></div><div class="baris"><span>Kecamatan</span><select name="kec" id="kec"><option value="">Pilih Kecamatan</option></select></div>
		<label>Kode Pos<input name="kodepos" maxlength="5" inputmode="numeric"></label><label>Alamat Lengkap<textarea name="alamat" placeholder="Nama jalan, nomor rumah, RT/RW"></textarea></label><label>Catatan (opsional)<input name="catatan"></label>
		<div id="salah" class="error"></div><button type="submit">Lanjut ke Pembayaran</button></form></main>
		<script>prov.onclick = () => { if (document.getElementById('daftar')) return; document.body.insertAdjacentHTML('beforeend', '<ul id="daftar" role="listbox" style="position:absolute;top:250px;left:10px;background:#fff;border:1px solid;z-index:5">' + ['Aceh','Bali','Banten','DKI Jakarta','Jawa Barat','Jawa Timur'].map(p => '<li role="option" style="cursor:pointer">' + p + '</li>').join('') + '</ul>');
			document.querySelectorAll('#daftar li').forEach(li => li.onclick = async () => { prov.textContent = li.textContent; daftar.remove(); kota.innerHTML = await (await fetch('/kota')).text(); }); };
		kota.onchange = async () => { kec.innerHTML = await (await fetch('/kec')).text(); };
		f.onsubmit = e => { e.preventDefault(); const kosong = ['nama','hp','email','kota','kec','kodepos','alamat'].filter(n => !f[n].value); if (kosong.length || prov.textContent.startsWith('Pilih')) { salah.textContent = 'Wajib diisi: ' + kosong.join(', '); return; } if (!/^08\d{8,11}$/.test(f.hp.value)) { salah.textContent = 'Nomor HP tidak valid'; return; } location = '/bayar'; }</script>`
	})
	s.page("GET /kota", "", func(*http.Request) string {
		return `raw:<option value="">Pilih Kota/Kabupaten</option><option>Jakarta Pusat</option><option>Jakarta Selatan</option>`
	})
	s.page("GET /kec", "", func(*http.Request) string {
		return `raw:<option value="">Pilih Kecamatan</option><option>Gambir</option><option>Tanah Abang</option>`
	})
	s.page("GET /bayar", "Pembayaran", func(*http.Request) string {
		return `<main><h1>Pembayaran</h1><h3>Kurir</h3><div class="kurir"><label><input type="radio" name="kurir" value="jne">JNE Reguler Rp 9.000</label><label><input type="radio" name="kurir" value="jnt">J&T Rp 10.000</label></div>
		<h3>Metode Pembayaran</h3><div class="metode"><div class="tile" style="cursor:pointer;border:1px solid" onclick="metode('va')">Transfer Virtual Account</div><div class="tile" style="cursor:pointer;border:1px solid" onclick="metode('kartu')">Kartu Kredit/Debit</div><div class="tile" style="cursor:pointer;border:1px solid" onclick="metode('gopay')">GoPay</div></div><div id="isi"></div><p>Total Rp 104.000</p><div id="akhir"></div></main>
		<script>const metode = m => { isi.innerHTML = m == 'kartu' ? '<div><label>Nomor Kartu<input name="nk" inputmode="numeric" placeholder="0000 0000 0000 0000"></label><label>Masa Berlaku<input name="mb" placeholder="BB/TT" maxlength="5"></label><label>CVV<input name="cv" maxlength="4"></label><label>Nama di Kartu<input name="nm"></label></div>' : ''; akhir.innerHTML = '<button onclick="fetch(\'/pesan\',{method:\'POST\'})">Buat Pesanan</button>'; }</script>`
	})
	s.mux.HandleFunc("POST /pesan", s.order)

	r := s.reach("id", "Buat Pesanan", nil)
	wantTyped(t, r, append(customer, card...)...)
	ordered(t, s, r.Last.Press)
}
