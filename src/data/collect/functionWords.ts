/** Malay and Indonesian alike. A word of this list that stands in one of the next two is read as shared. */
const both = `yang dan di ini itu untuk dengan tidak akan pada dari dalam adalah ke oleh ada juga saya kami kita mereka dia
anda telah sudah atau sebagai lebih satu dua tiga apa bagaimana siapa mana jika kalau tetapi bagi para serta hanya seperti
antara semua masih belum harus perlu dapat menjadi secara tahun hari orang banyak lain masa agar sebelum hingga sampai
sangat lagi pun kepada terhadap tanpa setiap atas bawah tersebut apakah namun maka sini situ sana jadi punya tentang cara
masalah jangan terus sejak membuat memberi jalan ketika seorang daerah mengapa aku nanti`;

/** Malay, and hardly ever Indonesian: formal words, spellings, and words of chats. */
const malay = `kerana boleh bahawa ialah daripada sahaja mahu hendak pelbagai selepas manakala walaupun bagaimanapun sekiranya
iaitu tiada apabila bila semasa mempunyai kerajaan syarikat pejabat wang polis berkenaan kereta awak encik cik
puan tak nak dah ni tu je la lah kat dgn yg utk macam mcm camne macamna kenapa bagaimanakah adakah bolehkah
berapakah ramai petang esok semalam seseorang jawatan cawangan mesyuarat memohon permohonan bayaran cukai
kecemasan kawasan sebarang setakat terlebih peratus ringgit sen faedah pelajar universiti kualiti aktiviti
bandar hospital doktor ubat makmal sebanyak amat agak sesawang telefon bimbit lesen percuma mahkamah tuntutan
akta seksyen hendaklah mestilah disabitkan peguam kot eh weh korang diorang beli duit murah supaya lima enam
tujuh lapan sembilan kempen sukan isteri kakitangan ahli pasukan perlawanan jumaat ahad khamis isnin ogos julai
jun mac februari disember menerusi rasmi kes kos dijangka berjaya perniagaan peniaga pengurus pengarah beliau
datuk kaunter borang emel lawatan berbanding disebabkan memandangkan terbabit membabitkan semakan jurutera
kejuruteraan tempoh maklumat memaklumkan tarikh penyelidikan bekalan elektrik sewa bilakah siapakah manakah
apatah televisyen jabatan`;

/** Indonesian, and hardly ever Malay. */
const indonesian = `karena bisa bahwa merupakan sedangkan saja mau ingin berbagai meskipun yaitu saat memiliki pemerintah perusahaan
kantor polisi mobil kamu bapak nyonya gak nggak enggak udah aja sih dong kok deh banget gue gua lo lu elo kalian
gimana sore kemarin jabatan cabang mengajukan pengajuan pembayaran pajak darurat persen rupiah mahasiswa
universitas kualitas aktivitas kegiatan dokter obat laboratorium sebesar situs unduh ponsel telepon gratis
pengadilan gugatan pengacara butuh sepeda listrik februari agustus bicara bilang lainnya maupun dimana
berdasarkan usai negara delapan juli juni maret desember senin kamis jumat olahraga istri karyawan anggota tim
pertandingan membutuhkan uang besok setelah kapan bisakah biaya miliar kasus pihaknya resmi televisi bandara
informasi tanggal penelitian jadwal periode berhasil insinyur manajer direktur toko kunjungan dibandingkan
formulir izin sebelumnya sekitarnya kendaraan pemandu kerjasama tagihan warung beasiswa`;

const english = `the of and to in is that it for was on are as with his they at be this have from or had by not but what all
were when we there can an your which their said if do will each how up out them then she many some so these would other into
has her two could make than been who its now my made did get may you he about where why does should after because also any
over between during before under while such only most more our us me`;

/** What a function word speaks for. `both` is Malay or Indonesian. */
export type FunctionWordKind = "both" | "ms" | "id" | "en";

/** Frequent words -> what they speak for. */
export const functionWords: ReadonlyMap<string, FunctionWordKind> = listed();

function listed(): Map<string, FunctionWordKind> {
  const list = (text: string): Set<string> => new Set(text.split(/\s+/));
  const [shared, ms, id] = [list(both), list(malay), list(indonesian)];
  const kinds = new Map<string, FunctionWordKind>();
  for (const word of list(english)) kinds.set(word, "en");
  for (const word of ms) kinds.set(word, id.has(word) ? "both" : "ms");
  for (const word of id) if (!ms.has(word)) kinds.set(word, "id");
  for (const word of shared) kinds.set(word, "both");
  return kinds;
}
