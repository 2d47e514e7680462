//! WMO weather interpretation codes (table 4677 as Open-Meteo documents its reduced form), in French.

/// What a code means; none for a number outside the table.
pub(super) const fn french(code: u8) -> Option<&'static str> {
    Some(match code {
        0 => "Ciel dégagé",
        1 => "Plutôt dégagé",
        2 => "Partiellement nuageux",
        3 => "Couvert",
        45 => "Brouillard",
        48 => "Brouillard givrant",
        51 => "Bruine légère",
        53 => "Bruine modérée",
        55 => "Bruine dense",
        56 => "Bruine verglaçante légère",
        57 => "Bruine verglaçante dense",
        61 => "Pluie faible",
        63 => "Pluie modérée",
        65 => "Pluie forte",
        66 => "Pluie verglaçante faible",
        67 => "Pluie verglaçante forte",
        71 => "Neige faible",
        73 => "Neige modérée",
        75 => "Neige forte",
        77 => "Neige en grains",
        80 => "Averses faibles",
        81 => "Averses modérées",
        82 => "Averses violentes",
        85 => "Averses de neige faibles",
        86 => "Averses de neige fortes",
        95 => "Orage",
        96 => "Orage avec grêle faible",
        99 => "Orage avec grêle forte",
        _ => return None,
    })
}
